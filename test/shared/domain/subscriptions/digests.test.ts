import { beforeEach, describe, expect, it } from '@jest/globals';
import { AuthExpiring, AuthNeedsReconnect } from '#shared/domain/auths/events.ts';
import { composeDigest } from '#shared/domain/subscriptions/compose-digest.ts';
import { createSubscription } from '#shared/domain/subscriptions/create.ts';
import { deliver } from '#shared/domain/subscriptions/deliver.ts';
import { deliveries, deliveriesTo } from '#shared/domain/subscriptions/delivery.ts';
import { DigestComposed, DigestDue } from '#shared/domain/subscriptions/events.ts';
import { listDigestEvents } from '#shared/domain/subscriptions/list-digest-events.ts';
import { planDeliveries } from '#shared/domain/subscriptions/plan-deliveries.ts';
import { redeliverBacklog, redeliverSince } from '#shared/domain/subscriptions/redeliver.ts';
import { removeSubscription } from '#shared/domain/subscriptions/remove.ts';
import { NewSubscription } from '#shared/domain/subscriptions/subscription.ts';
import { updateSubscription } from '#shared/domain/subscriptions/update.ts';
import { sweep, sweepFromStart } from '#shared/domain/schedule/sweep.ts';
import { newEvent, type LatchkeyEvent } from '#shared/events.ts';
import { newId } from '#shared/ids.ts';
import type { Bus, Deps, Store } from '#shared/ports.ts';
import { chanceOf, type Chance } from '../../../simulation/chance.ts';
import { hour, day, minute, otherProcess, start, world, type World } from '../../../support/deps.ts';

let w: World;
let composed = 0;
beforeEach(async () => {
  w = await world();
  composed = 0;
});

const subscribe = async (parts: Readonly<Record<string, unknown>> = {}) => {
  const input = NewSubscription.parse({
    name: 'Operations',
    target: { type: 'webhook', url: 'https://hook.example/in' },
    events: ['auth.*'],
    digest: 'hourly',
    ...parts,
  });
  const { subscription } = await createSubscription(w.deps, { organizationId: w.organizationId, input });
  return subscription.id;
};

const causes = ['revoked', 'idle_limit', 'client_secret'] as const;

/** An auth that has just died. */
const death = (index = 0): LatchkeyEvent =>
  newEvent(w.deps, AuthNeedsReconnect, {
    organizationId: w.organizationId,
    data: {
      ...AuthNeedsReconnect.example,
      authId: newId('auth', w.deps),
      cause: causes[index % causes.length]!,
    },
  });

/** Does what the sweep has asked for, as the reaction does. */
const compose = async (deps: Deps = w.deps): Promise<void> => {
  for (; composed < w.bus.events.length; composed += 1) {
    const { type, data, organizationId } = w.bus.events[composed]!;
    if (type !== DigestDue.type) continue;
    for (const place of DigestDue.data.parse(data).digests)
      await composeDigest(deps, { organizationId, ...place });
  }
};

const live = async (milliseconds: number): Promise<void> => {
  for (let passed = 0; passed < milliseconds; passed += minute) {
    await w.clock.advance(minute);
    await sweep(w.deps);
    await compose();
  }
};

const told = async (subscriptionId: string) => {
  const where = deliveriesTo(w.organizationId, subscriptionId);
  const { items } = await w.deps.store.list(deliveries, { ...where, limit: 1000 });
  return items.map(({ event }) => event);
};
const digestsTold = async (subscriptionId: string) =>
  (await told(subscriptionId)).map(({ type, data }) => {
    expect(type).toBe('subscription.digest');
    return DigestComposed.data.parse(data);
  });

const digestOf = (instant: number, digest = 'hourly') => `${digest}-${instant}`;
const gathered = async (subscriptionId: string, digestId: string) => {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const where = { organizationId: w.organizationId, subscriptionId, digestId };
    const page = await listDigestEvents(w.deps, { ...where, query: { limit: 200, cursor } });
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return ids;
};

describe('a digest', () => {
  it('tells what happened within an hour in one message after its end, with counts and a link', async () => {
    const subscriptionId = await subscribe();
    const dead = [0, 1, 2, 3].map(death);
    const expiring = newEvent(w.deps, AuthExpiring, {
      organizationId: w.organizationId,
      data: AuthExpiring.example,
    });
    for (const event of [...dead, expiring]) await planDeliveries(w.deps, event);
    expect(await told(subscriptionId)).toEqual([]);
    await live(hour - minute);
    expect(await told(subscriptionId)).toEqual([]);
    await live(3 * minute);
    const [digest, ...more] = await digestsTold(subscriptionId);
    expect(more).toEqual([]);
    expect(digest).toMatchObject({
      digest: 'hourly',
      from: new Date(start).toISOString(),
      to: new Date(start + hour).toISOString(),
      count: 5,
      countsByType: { 'auth.needs_reconnect': 4, 'auth.expiring': 1 },
      countsByCause: { revoked: 2, idle_limit: 1, client_secret: 1 },
      countsByService: { [String(AuthExpiring.example.serviceId)]: 5 },
      otherServices: 0,
      link: `https://latchkey.example/v1/subscriptions/${subscriptionId}/digests/${digestOf(start)}/events`,
    });
    expect(digest?.sample.map(({ id }) => id).toSorted()).toEqual(
      [...dead, expiring].map(({ id }) => id).toSorted(),
    );
    expect((await gathered(subscriptionId, digestOf(start))).length).toBe(5);
  });

  it('is delivered as every message is: signed, under the id of its event', async () => {
    const subscriptionId = await subscribe();
    await planDeliveries(w.deps, death());
    await live(hour + minute);
    const [event] = await told(subscriptionId);
    await deliver(w.deps, { organizationId: w.organizationId, subscriptionId, eventId: event!.id });
    const [request] = w.http.requests;
    expect(JSON.parse(String(request?.body))).toMatchObject({
      type: 'subscription.digest',
      data: { eventId: event!.id, count: 1 },
    });
    expect(Object.fromEntries(request!.headers)['webhook-id']).toBe(event!.id);
  });

  it('is sent again to who asks for all since an hour before it, though its window opened a day before', async () => {
    const id = await subscribe({ digest: 'daily' });
    await planDeliveries(w.deps, death());
    await live(day);
    const [digest] = await told(id);
    const ref = { organizationId: w.organizationId, subscriptionId: id };
    await deliver(w.deps, { ...ref, eventId: digest!.id });
    const since = Date.parse(digest!.time) - hour;
    const asked = await redeliverSince(w.deps, { ...ref, since, which: 'all' });
    expect(asked).toEqual({ count: 1, more: false });
    const backlog = w.bus.events.at(-1)!.data as never as Parameters<typeof redeliverBacklog>[1];
    await redeliverBacklog(w.deps, { ...backlog, ...ref });
    expect(w.bus.events.at(-1)!.data['deliveries']).toEqual([{ subscriptionId: id, eventId: digest!.id }]);
  });

  it('of a day ends at midnight, UTC', async () => {
    const subscriptionId = await subscribe({ digest: 'daily' });
    await planDeliveries(w.deps, death());
    await live(14 * hour);
    await planDeliveries(w.deps, death());
    await live(hour - minute);
    expect(await told(subscriptionId)).toEqual([]);
    await live(3 * minute);
    expect(await digestsTold(subscriptionId)).toMatchObject([
      { digest: 'daily', count: 2, to: '2026-03-03T00:00:00.000Z' },
    ]);
  });

  it('is not sent for hours in which nothing happened', async () => {
    const subscriptionId = await subscribe();
    await live(3 * hour);
    expect(await told(subscriptionId)).toEqual([]);
    expect(w.bus.events.filter(({ type }) => type === DigestDue.type)).toEqual([]);
  });

  it('does not hold up those who want each event at once', async () => {
    await subscribe();
    const other = await subscribe({ digest: undefined });
    const event = death();
    await planDeliveries(w.deps, event);
    expect((await told(other)).map(({ id }) => id)).toEqual([event.id]);
  });

  it('samples 20 events, and counts the 50 services that have the most', async () => {
    const subscriptionId = await subscribe();
    const services = Array.from({ length: 60 }, () => newId('service', w.deps));
    for (const [index, serviceId] of services.entries())
      for (let times = 0; times < (index < 50 ? 2 : 1); times += 1)
        await planDeliveries(w.deps, { ...death(), data: { ...death().data, serviceId } });
    await live(hour + minute);
    const [digest] = await digestsTold(subscriptionId);
    expect([digest?.count, digest?.sample.length, digest?.otherServices]).toEqual([110, 20, 10]);
    expect(Object.keys(digest?.countsByService ?? {}).toSorted()).toEqual(services.slice(0, 50).toSorted());
  });
});

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

describe('taking the digest away', () => {
  const edit = (subscriptionId: string, digest: 'hourly' | 'daily' | null) =>
    updateSubscription(w.deps, {
      organizationId: w.organizationId,
      subscriptionId,
      input: { digest },
      ifMatch: undefined,
    });

  it('still sends what was gathered, and tells each later event at once', async () => {
    const subscriptionId = await subscribe();
    await planDeliveries(w.deps, death());
    await w.clock.advance(minute);
    await edit(subscriptionId, null);
    const next = death();
    await planDeliveries(w.deps, next);
    expect((await told(subscriptionId)).map(({ id }) => id)).toEqual([next.id]);
    await live(hour + minute);
    expect((await told(subscriptionId)).map(({ type }) => type).toSorted()).toEqual([
      'auth.needs_reconnect',
      'subscription.digest',
    ]);
  });

  it('tells no event twice that comes once more after it, nor does asking for another', async () => {
    const subscriptionId = await subscribe();
    const event = death();
    await planDeliveries(w.deps, event);
    await w.clock.advance(minute);
    await edit(subscriptionId, null);
    await planDeliveries(w.deps, event);
    expect(await told(subscriptionId)).toEqual([]);
    await live(hour + minute);
    expect(await digestsTold(subscriptionId)).toMatchObject([{ count: 1 }]);
    const alone = death();
    await planDeliveries(w.deps, alone);
    await w.clock.advance(minute);
    await edit(subscriptionId, 'daily');
    await planDeliveries(w.deps, alone);
    await live(day);
    expect((await told(subscriptionId)).map(({ type }) => type).toSorted()).toEqual([
      'auth.needs_reconnect',
      'subscription.digest',
    ]);
  });

  it('together with the subscription sends nothing more', async () => {
    const subscriptionId = await subscribe();
    await planDeliveries(w.deps, death());
    await removeSubscription(w.deps, {
      organizationId: w.organizationId,
      subscriptionId,
      ifMatch: undefined,
    });
    await live(hour + 2 * minute);
    expect(await told(subscriptionId)).toEqual([]);
    expect(w.bus.events.filter(({ type }) => type === DigestDue.type)).toHaveLength(1);
  });
});

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
