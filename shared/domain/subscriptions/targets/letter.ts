import * as z from 'zod';
import type { LatchkeyEvent } from '../../../events.ts';
import { eventKinds } from '../../events.ts';

const longestSubject = 100;

const summaryOf = ({ type }: LatchkeyEvent): string =>
  eventKinds.find((kind) => kind.type === type)?.summary ?? type;

/** The first sentence of what an event means. */
const firstSentence = (text: string): string => /^.*?[.:](?=\s|$)/.exec(text)?.[0].slice(0, -1) ?? text;

/** The subject: what happened, in printable ASCII, as SNS demands. */
export const subjectOf = (event: LatchkeyEvent): string =>
  `[Latchkey] ${event.type}: ${firstSentence(summaryOf(event))}`
    .replaceAll(/[^\x20-\x7e]/g, '')
    .slice(0, longestSubject)
    .trim();

/** Text of others, such as a provider's, stays within its line. */
const oneLine = (value: unknown): string => String(value).replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ');

const Plain = z.union([z.string(), z.number(), z.boolean()]);
const Counts = z.record(z.string(), z.number());

/** A fact as a person reads it: plain values and counts. What else there is is for programs, and nothing here. */
const factOf = ([name, value]: readonly [string, unknown]): readonly string[] => {
  const plain = Plain.safeParse(value).data;
  if (plain !== undefined) return [`  ${name}: ${oneLine(plain)}`];
  const counts = Object.entries(Counts.safeParse(value).data ?? {});
  return counts.length === 0
    ? []
    : [`  ${name}: ${counts.map(([what, count]) => `${oneLine(what)} ${count}`).join(', ')}`];
};

/** A readable letter of an event: what happened, what to do, where, and the ids. Plain text, as SNS sends nothing else. */
export const letterOf = (
  event: LatchkeyEvent,
  publicUrl: string,
): { readonly subject: string; readonly message: string } => {
  const { advice, link, ...facts } = event.data;
  const lines = Object.entries(facts).flatMap(factOf);
  const parts = [
    `What happened\n  ${summaryOf(event).replaceAll('`', '')}`,
    ...(advice === undefined || advice === null ? [] : [`What to do\n  ${oneLine(advice)}`]),
    ...(link === undefined || link === null ? [] : [`Where\n  ${oneLine(link)}`]),
    `Details\n${[`  event: ${event.type}, ${event.id}`, `  time: ${event.time}`, ...lines].join('\n')}`,
    `Sent by Latchkey at ${publicUrl}. The subscription can be changed there; the link below ends it.`,
  ];
  return { subject: subjectOf(event), message: parts.join('\n\n') };
};
