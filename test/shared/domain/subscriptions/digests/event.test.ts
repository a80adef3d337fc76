import { beforeEach, describe, expect, it } from '@jest/globals';
import { planDeliveries } from '#shared/domain/subscriptions/plan-deliveries.ts';
import { newId } from '#shared/ids.ts';
import type { Store } from '#shared/ports.ts';
import { hour, day, minute, otherProcess, start } from '../../../../support/deps.ts';
import { death, digestOf, digestsTold, gathered, live, setStage, subscribe, w } from './stage.ts';

beforeEach(setStage);

describe('an event', () => {
  it('that comes when its digest was sent goes into the next one, and stays there however often it comes', async () => {
    const subscriptionId = await subscribe();
    const [early, late] = [death(), death()];
    await planDeliveries(w.deps, early);
    await live(hour + 2 * minute);
    await planDeliveries(w.deps, late);
    await planDeliveries(w.deps, early);
    await live(hour);
    await planDeliveries(w.deps, late);
    await planDeliveries(w.deps, early);
    await live(2 * hour);
    expect((await digestsTold(subscriptionId)).map(({ count, from }) => [count, from])).toEqual([
      [1, '2026-03-02T09:00:00.000Z'],
      [1, '2026-03-02T10:00:00.000Z'],
    ]);
    expect(await gathered(subscriptionId, digestOf(start + hour))).toEqual([late.id]);
  });

  it('of an hour that was never told, planned a day late, is told under its hour', async () => {
    const subscriptionId = await subscribe();
    const late = death();
    await live(day);
    await planDeliveries(w.deps, late);
    await planDeliveries(w.deps, death());
    await live(3 * minute);
    expect((await digestsTold(subscriptionId)).map(({ count, from }) => [count, from])).toEqual([
      [1, '2026-03-02T09:00:00.000Z'],
    ]);
  });

  it('that finds its part of a window full goes into the next window', async () => {
    const subscriptionId = await subscribe();
    const one = death();
    // All that has the same id but for its bucket's sake: the part of one id is filled by hand.
    await planDeliveries(w.deps, one);
    const key = w.store.keys().find((each) => each.includes('BUCKET'))!;
    const full: Store = {
      ...w.deps.store,
      get: async (collection, place) => {
        const found = await w.deps.store.get(collection, place);
        if (JSON.stringify(place) !== key || !found) return found;
        const events = Array.from({ length: 1000 }, () => ({
          id: newId('event', w.deps),
          type: 'x',
          time: one.time,
        }));
        return { ...found, events };
      },
    };
    await planDeliveries(otherProcess(w.deps, { store: full }), one);
    expect(await gathered(subscriptionId, digestOf(start + hour))).toEqual([one.id]);
  });
});
