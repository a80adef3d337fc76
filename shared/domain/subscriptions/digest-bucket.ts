import { createHash } from 'node:crypto';
import * as z from 'zod';
import { EventId, OrganizationId, SubscriptionId } from '../../ids.ts';
import type { Collection, Deps, Key } from '../../ports.ts';
import { Instant, Time } from '../inputs.ts';
import { sideBySide } from '../side-by-side.ts';
import { digestExpiry, type DigestRef } from './digest.ts';

/** How many items the events of a window are spread over, for ever; so 500 at once do not meet on one (ADR 0023). */
const buckets = 64;

/** Of about 300 bytes each: an item of the store takes 400 kB. */
const most = 1_000;

/** What a digest tells, or counts, of an event. */
export const GatheredEvent = z.object({
  id: EventId,
  type: z.string(),
  time: Time,
  authId: z.string().optional(),
  serviceId: z.string().optional(),
  cause: z.string().optional(),
});
export type GatheredEvent = z.infer<typeof GatheredEvent>;

/** Some of the events of a window. Once it is shut, or full, nothing is put into it any more. */
const DigestBucket = z.object({
  organizationId: OrganizationId,
  subscriptionId: SubscriptionId,
  digestId: z.string(),
  number: z.int(),
  to: Instant,
  events: z.array(GatheredEvent),
  shut: z.boolean(),
  revision: z.int(),
});
type DigestBucket = z.infer<typeof DigestBucket>;

/** Each in a partition of its own, so that a rush is not on one. */
const bucketKey = ({
  organizationId,
  subscriptionId,
  digestId,
  number,
}: DigestRef & { number: number }): Key => ({
  partition: `ORG#${organizationId}#SUB#${subscriptionId}#DIG#${digestId}#${String(number).padStart(2, '0')}`,
  sort: 'BUCKET',
});

const digestBuckets: Collection<DigestBucket> = {
  name: 'digest_bucket',
  schema: DigestBucket,
  place: (item) => ({ key: bucketKey(item), expiresAt: digestExpiry(item.to) }),
};

const bucketOf = (eventId: string): number =>
  createHash('sha256').update(eventId).digest().readUInt8(0) % buckets;

export interface WindowRef extends DigestRef {
  readonly to: number;
}

const write = ({ store }: Pick<Deps, 'store'>, bucket: DigestBucket): Promise<DigestBucket | undefined> =>
  bucket.revision === 0 ? store.insert(digestBuckets, bucket) : store.replace(digestBuckets, bucket);

const read = async (
  { store }: Pick<Deps, 'store'>,
  { organizationId, subscriptionId, digestId, to }: WindowRef,
  number: number,
): Promise<DigestBucket> => {
  const place = { organizationId, subscriptionId, digestId, number };
  const found = await store.get(digestBuckets, bucketKey(place));
  return found ?? { ...place, to, events: [], shut: false, revision: 0 };
};

/** Puts an event into its bucket of a window. False when that is shut or full, and the event is not in it. */
export const putInBucket = async (
  deps: Pick<Deps, 'store'>,
  window: WindowRef,
  event: GatheredEvent,
): Promise<boolean> => {
  for (;;) {
    const bucket = await read(deps, window, bucketOf(event.id));
    if (bucket.events.some(({ id }) => id === event.id)) return true;
    if (bucket.shut || bucket.events.length >= most) return false;
    if (await write(deps, { ...bucket, events: [...bucket.events, event] })) return true;
  }
};

const shut = async (
  deps: Pick<Deps, 'store'>,
  window: WindowRef,
  number: number,
): Promise<readonly GatheredEvent[]> => {
  for (;;) {
    const bucket = await read(deps, window, number);
    if (bucket.shut || (await write(deps, { ...bucket, shut: true }))) return bucket.events;
  }
};

const byId = (left: GatheredEvent, right: GatheredEvent) => (left.id < right.id ? -1 : 1);

const fromAll = async (
  take: (number: number) => Promise<readonly GatheredEvent[]>,
): Promise<readonly GatheredEvent[]> => {
  const all: GatheredEvent[] = [];
  const numbers = Array.from({ length: buckets }, (_, number) => number);
  await sideBySide(numbers, async (number) => void all.push(...(await take(number))));
  return all.sort(byId);
};

/** Shuts all buckets of a window, and answers what is in them, the oldest first: from then on that is always the same. */
export const shutBuckets = (
  deps: Pick<Deps, 'store'>,
  window: WindowRef,
): Promise<readonly GatheredEvent[]> => fromAll((number) => shut(deps, window, number));

/** What was gathered in a window until now, the oldest first. */
export const gatheredIn = (deps: Pick<Deps, 'store'>, window: WindowRef): Promise<readonly GatheredEvent[]> =>
  fromAll(async (number) => (await read(deps, window, number)).events);
