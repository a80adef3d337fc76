import * as z from 'zod';
import { LatchkeyEvent } from '../../events.ts';
import { OrganizationId, ServiceId, SubscriptionId, UmbrellaId, WorkspaceId } from '../../ids.ts';
import type { Collection, Key } from '../../ports.ts';
import { EndUserId } from '../auths/auth.ts';
import { Instant, iso, isoOrNull, Name, Time } from '../inputs.ts';
import { outboxDue } from '../outbox.ts';
import { Target } from './targets/targets.ts';
import { disablings, Trouble } from './trouble.ts';

/** `awaiting_confirmation`: the recipient of e-mail has not said yes. A disabled one is sent nothing until it is enabled. */
const State = z.enum(['enabled', 'awaiting_confirmation', 'disabled']);

/** Names of events, or a noun and a star. */
const Patterns = z
  .array(
    z
      .string()
      .regex(
        /^[a-z_]+\.(\*|[a-z_]+)$/,
        'Expected an event such as auth.expiring, or auth.* for all of a noun.',
      ),
  )
  .min(1)
  .max(50);

const some = <T extends z.ZodType>(id: T) => z.array(id).min(1).max(100).optional();

/** What an event must be about: one of each list that is given. */
export const Filters = z.strictObject({
  workspaceIds: some(WorkspaceId),
  serviceIds: some(ServiceId),
  umbrellaIds: some(UmbrellaId),
  endUserIds: some(EndUserId),
});
export type Filters = z.infer<typeof Filters>;

/** How long events are gathered, to be told in one message. */
export const Digest = z.enum(['hourly', 'daily']);
export type Digest = z.infer<typeof Digest>;

const Subscription = z.object({
  id: SubscriptionId,
  organizationId: OrganizationId,
  name: Name,
  target: Target,
  events: Patterns,
  filters: Filters.optional(),
  /** Absent: each event is told at once. */
  digest: Digest.optional(),
  /** How events of before the last change of `digest` are told, so that one that is planned again is told in the same way. */
  digestBefore: z.object({ digest: Digest.optional(), until: Instant }).optional(),
  state: State.default('enabled'),
  disabled: z.object({ reason: z.enum(disablings), at: Instant }).optional(),
  trouble: Trouble.optional(),
  /** The topic that is a recipient's own. */
  mailTopic: z.string().optional(),
  /** Which version in the vault is the signing secret; only webhooks are signed. */
  secretVersion: z.string().optional(),
  /** The one before, that signs beside it for a while. */
  secretBefore: z.object({ version: z.string(), until: Instant }).optional(),
  version: z.int(),
  createdAt: Instant,
  outbox: z.array(LatchkeyEvent).default([]),
  revision: z.int(),
});
export type Subscription = z.infer<typeof Subscription>;

export const subscriptionKey = (organizationId: string, id: string): Key => ({
  partition: `ORG#${organizationId}`,
  sort: `SUB#${id}`,
});

export const subscriptionsOf = (organizationId: string) => ({
  index: 'own' as const,
  partition: `ORG#${organizationId}`,
  prefix: 'SUB#',
});

/** What is to be done first: telling what was not told, or forgetting the secret before. */
const dueOf = (item: Subscription) => {
  const told = outboxDue(item);
  const { secretBefore } = item;
  if (!secretBefore || (told && told.at <= secretBefore.until)) return told;
  return { at: secretBefore.until, act: 'signing_secret' };
};

/** The id of the subscription that stands at a key. */
export const subscriptionIdAt = ({ sort }: Key): string => sort.slice('SUB#'.length);

export const subscriptions: Collection<Subscription> = {
  name: 'subscription',
  schema: Subscription,
  place: (item) => ({ key: subscriptionKey(item.organizationId, item.id), due: dueOf(item) }),
};

export const NewSubscription = z.strictObject({
  name: Name,
  target: Target,
  events: Patterns,
  filters: Filters.optional(),
  digest: Digest.optional(),
});
export type NewSubscription = z.infer<typeof NewSubscription>;

/** What is left out stays; null takes the filters, or the digest, away. */
export const SubscriptionEdit = z.strictObject({
  name: Name.optional(),
  target: Target.optional(),
  events: Patterns.optional(),
  filters: Filters.nullable().optional(),
  digest: Digest.nullable().optional(),
});
export type SubscriptionEdit = z.infer<typeof SubscriptionEdit>;

export const SubscriptionView = z.object({
  id: SubscriptionId,
  name: z.string(),
  target: Target,
  events: z.array(z.string()),
  filters: Filters.nullable(),
  digest: Digest.nullable(),
  state: State,
  disabled: z.object({ reason: z.enum(disablings), at: Time }).nullable(),
  /** Since when nothing could be told to it. */
  failingSince: Time.nullable(),
  /** Until when the signing secret before the last renewal signs too. */
  secretBeforeUntil: Time.nullable(),
  version: z.int(),
  createdAt: Time,
});

export const showSubscription = (item: Subscription): z.infer<typeof SubscriptionView> => ({
  id: item.id,
  name: item.name,
  target: item.target,
  events: item.events,
  filters: item.filters ?? null,
  digest: item.digest ?? null,
  state: item.state,
  disabled: item.disabled ? { reason: item.disabled.reason, at: iso(item.disabled.at) } : null,
  failingSince: isoOrNull(item.trouble?.since),
  secretBeforeUntil: isoOrNull(item.secretBefore?.until),
  version: item.version,
  createdAt: iso(item.createdAt),
});
