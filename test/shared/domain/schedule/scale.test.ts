import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { refreshTime } from '#shared/domain/auths/timing.ts';
import { sweep, sweepFromStart } from '#shared/domain/schedule/sweep.ts';
import type { LatchkeyEvent } from '#shared/events.ts';
import { memoryStore } from '#shared/memory/store.ts';
import type { Collection, Deps, Store } from '#shared/ports.ts';
import { day, hour, memoryPorts, minute, start } from '../../../support/deps.ts';

const many = 100_000;
const services = 40;

const Item = z.object({ revision: z.int(), n: z.int(), at: z.number() });
const body = (n: number) => n.toString().padStart(26, '0');
const authId = (n: number) => `auth_${body(n)}`;
const organizationId = `org_${body(1)}`;

const serviceOf = (n: number) => `svc_${body(n % services)}`;

/** Auths as the index of what is due sees them. */
const auths: Collection<z.infer<typeof Item>> = {
  name: 'auth',
  schema: Item,
  place: ({ n, at }) => ({
    key: { partition: `ORG#${organizationId}#AUTH#${authId(n)}`, sort: 'AUTH' },
    due: { at, act: 'refresh', of: serviceOf(n) },
  }),
};

/**
 * All that a sweep reads: each call of the store that reads (a query of a page, an item by its key), and each entry of the index
 * that a query brings.
 */
const counted = (store: Store) => {
  const count = { calls: 0, entries: 0, most: 0 };
  const counting: Store = {
    ...store,
    get: (collection, key) => {
      count.calls += 1;
      return store.get(collection, key);
    },
    list: (collection, request) => {
      count.calls += 1;
      return store.list(collection, request);
    },
    due: async (request) => {
      const entries = await store.due(request);
      count.calls += 1;
      count.entries += entries.length;
      count.most = Math.max(count.most, entries.length);
      return entries;
    },
  };
  const take = () => {
    const { calls, entries, most } = count;
    Object.assign(count, { calls: 0, entries: 0, most: 0 });
    return { all: calls + entries, entries, most };
  };
  return { store: counting, count, take };
};

const idsOf = (event: LatchkeyEvent) => event.data['authIds'] as string[];

/** What comes due when: so many auths, the moment of each, and how long after the stage before the sweep runs. */
const stages = [
  { due: 0, at: () => Infinity, after: 0 },
  { due: 100, at: (n: number) => start + 1 + n * 400, after: minute },
  { due: 1000, at: (n: number) => start + minute + 1 + n * 40, after: minute },
  // The schedule stood still for three hours.
  { due: 3000, at: (n: number) => start + 2 * minute + 1 + n * 3000, after: 3 * hour },
  { due: many, at: () => start + day, after: day },
];

/** A store with all auths of all stages. */
const populated = async (store: Store) => {
  let n = 0;
  for (const { due, at } of stages)
    for (let place = 0; place < due; place += 1) {
      await store.insert(auths, { revision: 0, n, at: at(place) });
      n += 1;
    }
};

describe('the sweep over more than 100,000 auths', () => {
  const { deps: ports, clock, bus } = memoryPorts();
  const reads = counted(memoryStore(clock));
  const deps: Deps = { ...ports, store: reads.store };
  let before = 0;

  beforeAll(() => populated(reads.store), 120_000);
  beforeEach(() => {
    reads.take();
    before = bus.events.length;
  });

  it.each(stages)(
    'of which $due have come due since the last one reads those and little more',
    async ({ due, after }) => {
      await clock.advance(after);
      expect(await sweep(deps)).toBe(due);
      const { all, entries, most } = reads.take();
      expect(entries).toBe(due);
      expect(all).toBeLessThanOrEqual(1.1 * due + 64);
      // One page of each shard at a time, however many are due at one moment.
      expect(most).toBeLessThanOrEqual(200);
      const events = bus.events.slice(before);
      const asked = events.flatMap(idsOf);
      expect(asked).toHaveLength(due);
      expect(new Set(asked).size).toBe(due);
      expect(events.filter((event) => idsOf(event).length > 100)).toEqual([]);
      const strangers = events.filter((event) =>
        idsOf(event).some((id) => serviceOf(Number(id.slice(5))) !== event.data['serviceId']),
      );
      expect(strangers).toEqual([]);
    },
  );

  it('publishes each page before it reads the next', async () => {
    let published = 0;
    let inHand = 0;
    const watching: Deps = {
      ...deps,
      bus: {
        publish: (events) => {
          published += events.flatMap(idsOf).length;
          return Promise.resolve();
        },
      },
      store: {
        ...deps.store,
        due: async (request) => {
          const entries = await deps.store.due(request);
          inHand = Math.max(inHand, reads.count.entries - published);
          return entries;
        },
      },
    };
    expect(await sweepFromStart(watching)).toBe(many + 4100);
    expect(inHand).toBeLessThanOrEqual(16 * 200);
  });
});

describe('100,000 auths whose tokens end at the same moment', () => {
  const lives = [
    { life: 5 * minute, bucket: (30 * 1000) / 20 },
    { life: hour, bucket: minute },
    { life: 8 * hour, bucket: minute },
    { life: 24 * hour, bucket: minute },
  ];

  it.each(lives)('and live $life ms are renewed evenly, by buckets of $bucket ms', ({ life, bucket }) => {
    const times = Array.from({ length: many }, (_, n) =>
      refreshTime({ id: authId(n), version: body(n * 7), obtainedAt: start, expiresAt: start + life }),
    );
    const first = times.reduce((least, at) => Math.min(least, at));
    const last = times.reduce((most, at) => Math.max(most, at));
    const counts = new Map<number, number>();
    for (const at of times) {
      const place = Math.floor((at - first) / bucket);
      counts.set(place, (counts.get(place) ?? 0) + 1);
    }
    const mean = many / Math.ceil((last - first + 1) / bucket);
    expect(counts.size).toBeGreaterThanOrEqual(5);
    expect(Math.max(...counts.values())).toBeLessThanOrEqual(1.5 * mean);
  });
});
