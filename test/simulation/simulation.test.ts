import { describe, expect, it } from '@jest/globals';
import { playAll, type Tally } from './fleet.ts';
import { mutations } from './mutations.ts';
import { simulate } from './simulate.ts';

const seeds = Number(process.env['SIMULATION_SEEDS'] ?? 10_000);
const from = Number(process.env['SIMULATION_FROM'] ?? 0);
const patience = 600_000;

let played: Promise<Tally> | undefined;
const all = () => (played ??= playAll({ from, count: seeds }));

/** What a reader of a red run needs: the seed, and how to see it step by step. */
const replays = ({ red }: Tally) =>
  red.slice(0, 10).map(({ seed, what }) => `npm run sim -- --seed ${String(seed)}   # ${what}`);

describe('the renewal of tokens, whatever happens in whatever order', () => {
  it(
    'keeps every invariant',
    async () => {
      const begun = performance.now();
      const tally = await all();
      const seconds = ((performance.now() - begun) / 1000).toFixed(1);
      console.log(
        `${String(tally.seeds)} seeds in ${seconds} s, ${String(tally.tokenCalls)} renewals asked for`,
      );
      expect(replays(tally)).toEqual([]);
      expect(tally.seeds).toBe(seeds);
    },
    patience,
  );

  it(
    'has been through everything that an auth can go through',
    async () => {
      const { told } = await all();
      const seen = Object.keys(told).toSorted();
      expect(seen).toEqual([
        'auth.connected',
        'auth.deleted',
        'auth.needs_reconnect lost_rotation',
        'auth.needs_reconnect revoked',
        'auth.recovered',
        'auth.refresh_failed',
        'auth.refreshed',
      ]);
      expect(Math.min(...Object.values(told))).toBeGreaterThan(seeds / 50);
    },
    patience,
  );

  it('goes the same way again for the same seed', async () => {
    for (const seed of [3, 14, 159]) {
      const [first, again] = [await simulate(seed, { trace: true }), await simulate(seed, { trace: true })];
      expect(first.trace.length).toBeGreaterThan(20);
      expect(again).toEqual(first);
    }
  });
});

describe('the simulation bites: within 200 seeds an invariant is broken by', () => {
  it.each(mutations.map(({ name }, index) => [name, index] as const))(
    '%s',
    async (_name, mutation) => {
      let red = 0;
      for (let first = 0; first < 200 && red === 0; first += 50)
        red = (await playAll({ from: first, count: 50, mutation })).red.length;
      expect(red).toBeGreaterThan(0);
    },
    patience,
  );
});
