import { afterAll, describe, expect, it } from '@jest/globals';
import { change, copySource, removeCopy } from './copy.ts';
import { mutations } from './list.ts';
import type { Mutation, Tests } from './mutation.ts';
import { play, type Played } from './play.ts';

const copies: string[] = [];
const idle: string[] = [];

const newCopy = (): string => {
  const copy = copySource();
  copies.push(copy);
  return copy;
};

/** Plays tests on a copy with some changes. A copy is used again, for Jest remembers what it has read of it. */
const playWith = async (changes: Mutation['changes'], tests: readonly Tests[]): Promise<Played> => {
  const copy = idle.pop() ?? newCopy();
  const undo: (() => void)[] = [];
  try {
    for (const one of changes) undo.unshift(change(copy, one));
    return await play(copy, tests);
  } finally {
    for (const back of undo) back();
    idle.push(copy);
  }
};

afterAll(() => {
  for (const copy of copies) removeCopy(copy);
});

const testsIn = (project: Tests['project']): readonly Tests[] =>
  mutations.flatMap(({ red }) => (red.project === project ? [red] : []));

const projects = [...new Set(mutations.map(({ red }) => red.project))];

describe('without any mistake, the tests of the list are green', () => {
  it.concurrent.each(projects)('in the project "%s"', async (project) => {
    const { passed, ...red } = await playWith([], testsIn(project));
    expect(red).toEqual({ noticed: [], stumbled: [], broken: [] });
    expect(passed).toBeGreaterThan(0);
  });
});

describe('a test goes red when', () => {
  it.concurrent.each(mutations.map((one) => [one.name, one] as const))('%s', async (_, one) => {
    const { noticed, stumbled, broken } = await playWith(one.changes, [one.red]);
    // A mistake that does not even load, or that a test only stumbles over, is no proof that the tests look.
    expect(broken).toEqual([]);
    expect({ noticed: noticed.length > 0, stumbled }).toEqual({ noticed: true, stumbled });
  });
});
