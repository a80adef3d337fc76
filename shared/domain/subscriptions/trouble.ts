import * as z from 'zod';
import { Instant } from '../inputs.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** How a subscriber stands that was not told at the last try. While it is closed, one delivery at a time tries it. */
export const Trouble = z.object({
  /** When the first of these failures began; nothing has succeeded since. */
  since: Instant,
  failures: z.int(),
  /** When the last of them was noted. Absent in items of before. */
  lastAt: Instant.optional(),
  /** Once closed: when the next delivery may try. */
  probeAt: Instant.optional(),
  /** Present while one tries: until when its outcome is known at the latest. */
  tryingUntil: Instant.optional(),
});
export type Trouble = z.infer<typeof Trouble>;

/** Why a subscription is disabled: the endpoint says that it is gone (410), or nothing succeeded for three days. */
export const disablings = ['gone', 'failing'] as const;
export type Disabling = (typeof disablings)[number];

/** So many failures in a row are no fault of one event. */
const closesAt = 5;

/** A try takes less: 20 seconds for a webhook. */
export const lease = 2 * minute;

/** After so long without any success a subscription is disabled (Standard Webhooks, "Deliverability"). */
export const longestTrouble = 3 * day;

/** Longer than any pause between two tries: behind it nothing was tried, so nothing is known of the time between. */
const longestSilence = 2 * day;

/** The longer it lasts, the less often it is tried; at least every hour, so that all is told soon after it is over. */
const pause = (elapsed: number): number => Math.min(Math.max(elapsed / 4, minute), hour);

interface Failure {
  readonly began: number;
  readonly now: number;
  readonly restMilliseconds: number;
}

/** The trouble that a failure adds to, if any: one before a long silence has nothing to do with it. */
const lasting = (trouble: Trouble | undefined, now: number): Trouble | undefined =>
  trouble?.lastAt !== undefined && now - trouble.lastAt > longestSilence ? undefined : trouble;

/** The trouble after one more failure. Whoever was already sending when it closed adds nothing. */
export const afterFailure = (
  before: Trouble | undefined,
  { began, now, restMilliseconds }: Failure,
): Trouble => {
  const trouble = lasting(before, now);
  const since = trouble?.since ?? began;
  if (trouble?.probeAt !== undefined && trouble.tryingUntil === undefined) return trouble;
  const failures = (trouble?.failures ?? 0) + 1;
  if (failures < closesAt) return { since, failures, lastAt: now };
  const rest = Math.min(restMilliseconds, hour);
  return { since, failures, lastAt: now, probeAt: now + Math.max(Math.round(pause(now - since)), rest) };
};

/** Until when a delivery must wait; undefined when it may try now. */
export const waitsUntil = (trouble: Trouble | undefined, now: number): number | undefined => {
  if (trouble?.probeAt === undefined) return undefined;
  if ((trouble.tryingUntil ?? 0) > now) return Math.max(trouble.tryingUntil ?? 0, trouble.probeAt);
  return trouble.probeAt > now ? trouble.probeAt : undefined;
};
