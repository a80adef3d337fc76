import * as z from 'zod';
import { EventId, OrganizationId, SubscriptionId } from '../../ids.ts';
import type { Collection, Key } from '../../ports.ts';
import { Instant } from '../inputs.ts';
import { Digest } from './subscription.ts';

const hour = 3_600_000;
const lengths: Readonly<Record<Digest, number>> = { hourly: hour, daily: 24 * hour };

/** Events of the last moments are still on their way when a window ends. */
const grace = 60_000;

/** Longer than a dead letter is kept, so that one that comes again finds what it was gathered in. */
const kept = 30 * 24 * hour;

/** An hour or a day, UTC, whose events are told to a subscription in one message. */
const DigestWindow = z.object({
  organizationId: OrganizationId,
  subscriptionId: SubscriptionId,
  digest: Digest,
  from: Instant,
  to: Instant,
  /** The id that the message bears, however often it is composed. */
  eventId: EventId,
  /** When it is to be composed; absent when it was. */
  dueAt: Instant.optional(),
  revision: z.int(),
});
type DigestWindow = z.infer<typeof DigestWindow>;

/** What names a window within a subscription, such as `hourly-1772442000000`: its length and its first millisecond. */
export const DigestId = z
  .string()
  .regex(/^(hourly|daily)-\d{13}$/, 'Expected an id such as hourly-1772442000000.');

export interface DigestRef {
  readonly organizationId: string;
  readonly subscriptionId: string;
  readonly digestId: string;
}

/** The window that a moment lies in; with `ahead` 1 the one behind it, and so on. */
export const windowAt = (digest: Digest, instant: number, ahead = 0) => {
  const length = lengths[digest];
  const from = (Math.floor(instant / length) + ahead) * length;
  return { digest, from, to: from + length, digestId: `${digest}-${String(from).padStart(13, '0')}` };
};

/** When a window that is opened now is composed: a minute after its end; should that be over, in a minute. */
export const composedAt = (to: number, now: number): number => Math.max(to, now) + grace;

export const digestKey = ({ organizationId, subscriptionId, digestId }: DigestRef): Key => ({
  partition: `ORG#${organizationId}#SUB#${subscriptionId}`,
  sort: `DIG#${digestId}`,
});

/** The window that stands at a key, read back from it. */
export const digestAt = ({ partition, sort }: Key): { subscriptionId: string; digestId: string } => ({
  subscriptionId: partition.slice(partition.indexOf('#SUB#') + 5),
  digestId: sort.slice('DIG#'.length),
});

export const digestWindows: Collection<DigestWindow> = {
  name: 'digest_window',
  schema: DigestWindow,
  place: (item) => ({
    key: digestKey({ ...item, digestId: windowAt(item.digest, item.from).digestId }),
    due: item.dueAt === undefined ? undefined : { at: item.dueAt, act: 'digest' },
    expiresAt: item.to + kept,
  }),
};

/** When what belongs to a window may be dropped. */
export const digestExpiry = (to: number): number => to + kept;
