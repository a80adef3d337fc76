import { anyIdPattern } from '../../ids.ts';

const id = new RegExp(`^${anyIdPattern}$`);

/** An answer of ours nests less deep where it names what was made. */
const deepest = 5;

const within = (value: unknown, depth: number): readonly string[] => {
  if (typeof value !== 'object' || value === null || depth > deepest) return [];
  return Object.entries(value).flatMap(([name, member]: readonly [string, unknown]) => {
    if (typeof member !== 'string') return within(member, depth + 1);
    // What the platform calls its people may look like anything.
    return /^id$|Id$/.test(name) && name !== 'endUserId' && id.test(member) ? [member] : [];
  });
};

/** The ids that an answer of ours names, as JSON; nothing else of it. */
export const idsIn = (answer: string): readonly string[] => {
  if (answer === '') return [];
  try {
    return within(JSON.parse(answer), 0);
  } catch {
    return [];
  }
};
