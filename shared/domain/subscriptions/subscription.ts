import * as z from 'zod';
import { OrganizationId, SubscriptionId } from '../../ids.ts';
import type { Collection, Key, VaultRef } from '../../ports.ts';
import { Instant, iso, Link, Name, Time } from '../inputs.ts';

const Target = z.strictObject({ type: z.literal('webhook'), url: Link });

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

const Subscription = z.object({
  id: SubscriptionId,
  organizationId: OrganizationId,
  name: Name,
  target: Target,
  events: Patterns,
  /** Which version in the vault is the signing secret. */
  secretVersion: z.string(),
  version: z.int(),
  createdAt: Instant,
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

export const subscriptions: Collection<Subscription> = {
  name: 'subscription',
  schema: Subscription,
  place: (item) => ({ key: subscriptionKey(item.organizationId, item.id) }),
};

export const signingSecretRef = ({
  organizationId,
  id,
}: Pick<Subscription, 'organizationId' | 'id'>): VaultRef => ({
  kind: 'subscription',
  organizationId,
  id,
});

export const NewSubscription = z.strictObject({ name: Name, target: Target, events: Patterns });
export type NewSubscription = z.infer<typeof NewSubscription>;

export const SubscriptionView = z.object({
  id: SubscriptionId,
  name: z.string(),
  target: Target,
  events: z.array(z.string()),
  version: z.int(),
  createdAt: Time,
});

export const showSubscription = (item: Subscription): z.infer<typeof SubscriptionView> => ({
  id: item.id,
  name: item.name,
  target: item.target,
  events: item.events,
  version: item.version,
  createdAt: iso(item.createdAt),
});
