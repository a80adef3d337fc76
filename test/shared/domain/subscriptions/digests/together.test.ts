import { beforeEach, describe, expect, it } from '@jest/globals';
import { composeDigest } from '#shared/domain/subscriptions/compose-digest.ts';
import { DigestDue } from '#shared/domain/subscriptions/events.ts';
import { planDeliveries } from '#shared/domain/subscriptions/plan-deliveries.ts';
import { sweepFromStart } from '#shared/domain/schedule/sweep.ts';
import type { Bus, Deps, Store } from '#shared/ports.ts';
import { chanceOf, type Chance } from '../../../../simulation/chance.ts';
import { hour, minute, otherProcess, start } from '../../../../support/deps.ts';
import { death, digestOf, digestsTold, gathered, live, setStage, subscribe, w } from './stage.ts';

beforeEach(setStage);

/** Ports of a process that dies or fails now and then, before a write or behind it. */
const unsound = (chance: Chance, probability: number): Deps => {
  const maybe = (): void => {
    if (chance.happens(probability)) throw new Error('The process died.');
  };
  const around = async <T>(act: () => Promise<T>): Promise<T> => {
    maybe();
    const done = await act();
    maybe();
    return done;
  };
  const inner = w.deps.store;
  const store: Store = {
    ...inner,
    get: (collection, key) => around(() => inner.get(collection, key)),
    insert: (collection, item) => around(() => inner.insert(collection, item)),
    replace: (collection, item) => around(() => inner.replace(collection, item)),
  };
  const bus: Bus = { publish: (events) => around(() => w.deps.bus.publish(events)) };
  return otherProcess(w.deps, { store, bus });
};

interface Task {
  readonly run: (deps: Deps) => Promise<void>;
}

/** As queues do: many at once, in any order, again what failed, and some again that did not. */
const queued = async (chance: Chance, tasks: readonly Task[], probability: number): Promise<void> => {
  const waiting = [...tasks];
  const work = async () => {
    for (let task; (task = waiting.splice(chance.below(waiting.length), 1)[0]);) {
      const done = await task.run(unsound(chance, probability)).then(
        () => true,
        () => false,
      );
      if (!done || chance.happens(0.1)) waiting.push(task);
    }
  };
  await Promise.all(Array.from({ length: 25 }, work));
};

describe('500 auths that die together', () => {
  it.each([1, 2, 3])(
    'are one message with counts that add up, whatever fails, dies and comes again: seed %i',
    async (seed) => {
      const chance = chanceOf(seed, 1);
      const subscriptionId = await subscribe();
      const dead = Array.from({ length: 500 }, (_, index) => death(index));
      const plans = dead.map((event) => ({ run: (deps: Deps) => planDeliveries(deps, event) }));
      await queued(chance, plans, 0.03);
      await w.clock.advance(hour + minute);
      await sweepFromStart(w.deps);
      const dues = w.bus.events.filter(({ type }) => type === DigestDue.type);
      const composing = dues.flatMap(({ organizationId, data }) =>
        DigestDue.data.parse(data).digests.map((place) => ({
          run: (deps: Deps) => composeDigest(deps, { organizationId, ...place }),
        })),
      );
      await queued(chance, [...composing, ...composing, ...composing], 0.005);
      const [digest, ...more] = await digestsTold(subscriptionId);
      expect(more).toEqual([]);
      expect(digest).toMatchObject({
        count: 500,
        countsByType: { 'auth.needs_reconnect': 500 },
        countsByCause: { revoked: 167, idle_limit: 167, client_secret: 166 },
      });
      expect(await gathered(subscriptionId, digestOf(start))).toEqual(dead.map(({ id }) => id).toSorted());
    },
  );

  it.each([4, 5, 6])(
    'while digests are being composed are told once each, none lost and none twice: seed %i',
    async (seed) => {
      const chance = chanceOf(seed, 1);
      const subscriptionId = await subscribe();
      const dead = Array.from({ length: 300 }, (_, index) => death(index));
      await planDeliveries(w.deps, dead[0]!);
      await w.clock.advance(hour + minute);
      // Their window is due while most of them are on their way.
      const ref = { organizationId: w.organizationId, subscriptionId, digestId: digestOf(start) };
      const plans = dead.map((event) => ({ run: (deps: Deps) => planDeliveries(deps, event) }));
      const composing = Array.from({ length: 8 }, () => ({ run: (deps: Deps) => composeDigest(deps, ref) }));
      await queued(chance, [...plans, ...composing], 0.03);
      const [first, ...none] = await digestsTold(subscriptionId);
      expect(none).toEqual([]);
      expect(first!.count).toBeGreaterThan(0);
      expect(first!.count).toBeLessThan(300);
      await live(hour + 2 * minute);
      const counts = (await digestsTold(subscriptionId)).map(({ count }) => count);
      expect(counts).toHaveLength(2);
      const [one, other] = [
        await gathered(subscriptionId, digestOf(start)),
        await gathered(subscriptionId, digestOf(start + hour)),
      ];
      expect(counts).toEqual([one.length, other.length]);
      expect([...one, ...other].toSorted()).toEqual(dead.map(({ id }) => id).toSorted());
    },
  );

  it('do not meet on one item: no item is written more than some 25 times', async () => {
    await subscribe();
    const writes = new Map<string, number>();
    const store: Store = {
      ...w.deps.store,
      replace: (collection, item) => {
        const key = JSON.stringify(collection.place(item).key);
        writes.set(key, (writes.get(key) ?? 0) + 1);
        return w.deps.store.replace(collection, item);
      },
    };
    for (let index = 0; index < 500; index += 1)
      await planDeliveries(otherProcess(w.deps, { store }), death(index));
    expect(Math.max(...writes.values())).toBeLessThan(25);
  });
});
