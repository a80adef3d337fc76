import { describe, expect, it } from '@jest/globals';
import { everyPoint, secondDeaths, wrongWith } from './crash-points.ts';
import { crashed, triggers, type Crash, type Trigger } from './crash.ts';
import { mutations } from './mutations.ts';

type Provider = Crash['provider'];

const providers: readonly (readonly [string, Provider])[] = [
  ['that does not rotate', { model: 'non_rotating', graceSeconds: 0 }],
  ['with a grace of an hour', { model: 'grace', graceSeconds: 3600 }],
  ['with a grace of five minutes, longer than a lease and a sweep', { model: 'grace', graceSeconds: 300 }],
  ['with a grace of a minute, shorter than a lease', { model: 'grace', graceSeconds: 60 }],
  ['that ends the grant when a token is used twice', { model: 'strict', graceSeconds: 0 }],
];

/** How many pairs of deaths are drawn, by which seed, for each provider and trigger. There are some 20,000 in all. */
const pairs = Number(process.env['CRASH_PAIRS'] ?? 8);
const seed = Number(process.env['CRASH_SEED'] ?? 4);
const patience = 600_000;

const known = new Map<string, ReturnType<typeof everyPoint>>();

const pointsOf = (provider: Provider, trigger: Trigger) => {
  const name = `${provider.model}/${String(provider.graceSeconds)}/${trigger}`;
  const points = known.get(name) ?? everyPoint({ provider, trigger });
  known.set(name, points);
  return points;
};

describe.each(providers)('a renewal at a provider %s', (_name, provider) => {
  describe.each(triggers.map((trigger) => [trigger] as const))('begun by %s', (trigger) => {
    it('ends as it should, whichever awaited call its process dies over', async () => {
      const { points } = await pointsOf(provider, trigger);
      const wrong = points.flatMap(({ name, ending }) => {
        const what = wrongWith({ ending, provider, trigger });
        return what.length > 0 ? [`${name}: ${what.join('; ')}`] : [];
      });
      expect(wrong).toEqual([]);
    });

    it('has its process die over every call that it awaits', async () => {
      const { unharmed, points } = await pointsOf(provider, trigger);
      const names = unharmed.operation.awaited.map(({ name }) => name);
      expect(unharmed).toMatchObject({ state: 'active', ends: 0, broken: [], answerLost: false });
      expect(unharmed.operation.died).toBeUndefined();
      expect(names.length).toBeGreaterThanOrEqual(12);
      expect(names).toEqual(
        expect.arrayContaining([
          'http.send',
          'http.body',
          'vault.put auth',
          'bus.publish',
          'vault.forget auth',
        ]),
      );
      expect(names.filter((name) => name === 'store.replace auth').length).toBeGreaterThanOrEqual(3);
      expect(points.length).toBeGreaterThanOrEqual(2 * names.length + 2);
      for (const { first, ending } of points)
        expect(ending.operation.awaited.map(({ name }) => name)).toEqual(names.slice(0, first.call));
      const beyond = await crashed({
        provider,
        trigger,
        first: { call: names.length + 1, moment: 'before' },
      });
      expect(beyond.operation.awaited.map(({ name }) => name)).toEqual(names);
      expect(beyond.operation.died).toBeUndefined();
    });

    it(
      'ends as it should when a second process dies over what the first has left',
      async () => {
        const { points } = await pointsOf(provider, trigger);
        const wrong: string[] = [];
        for (const { first, second, name } of secondDeaths(points, { seed, most: pairs })) {
          const ending = await crashed({ provider, trigger, first, second });
          const what = wrongWith({ ending, provider, trigger, two: true });
          if (what.length > 0) wrong.push(`${name}: ${what.join('; ')}`);
        }
        expect(wrong).toEqual([]);
      },
      patience,
    );
  });
});

describe('the window in which a crash can cost a person a new consent', () => {
  const narrow = providers.filter(([, { model, graceSeconds }]) => model === 'strict' || graceSeconds === 60);

  it.each(
    narrow.flatMap(([name, provider]) => triggers.map((trigger) => [name, trigger, provider] as const)),
  )(
    'at a provider %s, begun by %s, opens when the token call leaves and closes when the vault has its answer',
    async (_name, trigger, provider) => {
      const { points } = await pointsOf(provider, trigger);
      const opens = points.findIndex(({ name }) => name === 'under way http.send');
      const closes = points.findIndex(({ name }) => name === 'after vault.put auth');
      expect(closes - opens).toBeGreaterThanOrEqual(5);
      const lost = points.filter(({ ending }) => ending.cause === 'lost_rotation');
      expect(lost.map(({ name }) => name)).toEqual(points.slice(opens, closes).map(({ name }) => name));
    },
  );
});

describe('the crash points bite: something is wrong with', () => {
  const biting = /commit before vault|released by others|not looked for/;

  it.each(
    mutations.filter(({ name }) => biting.test(name)).map((mutation) => [mutation.name, mutation] as const),
  )('%s', async (_name, mutation) => {
    const renewal = { provider: { model: 'strict', graceSeconds: 0 }, trigger: 'refresh now' } as const;
    const { points } = await everyPoint({ ...renewal, mutation });
    expect(points.flatMap(({ ending }) => wrongWith({ ending, ...renewal })).length).toBeGreaterThan(0);
  });
});
