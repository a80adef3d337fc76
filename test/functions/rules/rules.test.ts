import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { capturedOutput } from '../../support/output.ts';
import { actNames, compareLists, perform, type ActName, type Chance } from './acts.ts';
import { rulesWorld, vouching } from './world.ts';

let output: ReturnType<typeof capturedOutput>;
beforeEach(() => {
  output = capturedOutput();
});
afterEach(() => {
  output.stop();
});

type Step = readonly [ActName, number, number, number, number];

const chanceOf = ([, caller, place, what, how]: Step): Chance => ({ caller, place, what, how });

/** What every sequence begins with: people with roles, a service of each kind, some auths. The model follows it like the rest. */
const beginning: readonly Step[] = [
  ['putMember', 0, 0, 1, 1],
  ['putMember', 0, 0, 2, 0],
  ['putMember', 0, 0, 3, 0],
  ['putMembership', 0, 1, 2, 1],
  ['putMembership', 0, 2, 3, 1],
  ['putMembership', 0, 1, 3, 0],
  ['createService', 2, 1, 0, 0],
  ['createService', 0, 0, 0, 0],
  ['createService', 0, 4, 0, 0],
  ['importLegacy', 0, 3, 0, 3],
  ['createSolution', 0, 4, 2, 1],
];

const small = fc.nat({ max: 35 });
const step = fc.tuple(fc.constantFrom(...actNames), small, small, small, small);
const sequences = fc.array(step, { minLength: 10, maxLength: 20, size: 'max' });

describe('membership, sharing, move, publish and import', () => {
  it('R7 to R27, R54 and R56 hold in 1,000 random sequences of acts as in a plain model of the rules', async () => {
    const voucher = await vouching();
    const counts = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(sequences, async (steps) => {
        const w = await rulesWorld(voucher);
        try {
          for (const one of [...beginning, ...steps]) await perform(w, one[0], chanceOf(one));
          for (const place of w.model.workspaces.keys()) await compareLists(w, w.callers.at(-1)!, place);
        } catch (error) {
          throw new Error(`${String(error)}\nafter\n${w.log.slice(beginning.length).join('\n')}`, {
            cause: error,
          });
        }
        for (const line of w.log) {
          const kind = `${line.split(':')[0]!} ${line.slice(-3)}`;
          counts.set(kind, (counts.get(kind) ?? 0) + 1);
        }
      }),
      {
        numRuns: Number(process.env['RULES_RUNS'] ?? 1000),
        ...(process.env['RULES_SEED'] && { seed: Number(process.env['RULES_SEED']) }),
      },
    );
    if (process.env['RULES_SHOW']) {
      output.stop();
      console.log(
        [...counts]
          .sort()
          .map(([k, n]) => `${k} ${n}`)
          .join('\n'),
      );
    }
    expect(counts.size).toBeGreaterThan(60);
  }, 300_000);
});
