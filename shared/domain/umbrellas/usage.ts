import * as z from 'zod';
import { LatchkeyEvent } from '../../events.ts';
import { AuthId, OrganizationId, UmbrellaId } from '../../ids.ts';
import type { Collection, Key } from '../../ports.ts';
import { outboxDue } from '../outbox.ts';

/** That an auth took a place for its user, or left it. Numbered: each is written into the two items below before the next comes. */
const Entry = z.object({
  number: z.int(),
  authId: AuthId,
  /** Hash of what tells the user from others; see `user.ts`. */
  user: z.string(),
  /** How many auths the user has after it. */
  auths: z.int(),
  gone: z.boolean(),
});

/** How many people count against the cap of an umbrella. */
const Usage = z.object({
  organizationId: OrganizationId,
  umbrellaId: UmbrellaId,
  /** Who ever took a place. */
  taken: z.int(),
  /** Who of them still has an auth. */
  present: z.int(),
  /** The last change of these two, which may not be in the items below yet. */
  entry: Entry.optional(),
  /** The version of the umbrella whose cap was looked at last. */
  judged: z.int(),
  /** The share of the cap, in percent, that was told; 0 while it is far. */
  told: z.int(),
  outbox: z.array(LatchkeyEvent),
  revision: z.int(),
});
export type Usage = z.infer<typeof Usage>;

const partitionOf = (organizationId: string, umbrellaId: string): string =>
  `ORG#${organizationId}#UMB#${umbrellaId}`;

export const usageKey = (organizationId: string, umbrellaId: string): Key => ({
  partition: partitionOf(organizationId, umbrellaId),
  sort: 'USAGE',
});

export const usages: Collection<Usage> = {
  name: 'umbrella_usage',
  schema: Usage,
  place: (item) => ({ key: usageKey(item.organizationId, item.umbrellaId), due: outboxDue(item) }),
};

/** A user who has taken a place. */
const CountedUser = Entry.pick({ number: true, user: true, auths: true }).extend({
  organizationId: OrganizationId,
  umbrellaId: UmbrellaId,
  revision: z.int(),
});
type CountedUser = z.infer<typeof CountedUser>;

export const countedUsersUnder = (organizationId: string, umbrellaId: string) => ({
  index: 'own' as const,
  partition: partitionOf(organizationId, umbrellaId),
  prefix: 'USER#',
});

export const countedUsers: Collection<CountedUser> = {
  name: 'counted_user',
  schema: CountedUser,
  place: ({ organizationId, umbrellaId, user }) => ({
    key: { partition: partitionOf(organizationId, umbrellaId), sort: `USER#${user}` },
  }),
};

/** As whom an auth was counted under an umbrella. It outlives the auth, so that this is counted once. */
const CountedAuth = Entry.omit({ auths: true }).extend({
  organizationId: OrganizationId,
  umbrellaId: UmbrellaId,
  revision: z.int(),
});
type CountedAuth = z.infer<typeof CountedAuth>;

/** The umbrellas under which an auth was counted. */
export const countsOf = (organizationId: string, authId: string) => ({
  index: 'own' as const,
  partition: `ORG#${organizationId}#AUTH#${authId}`,
  prefix: 'COUNTED#',
});

export const countedAuths: Collection<CountedAuth> = {
  name: 'counted_auth',
  schema: CountedAuth,
  place: ({ organizationId, umbrellaId, authId }) => ({
    key: { partition: countsOf(organizationId, authId).partition, sort: `COUNTED#${umbrellaId}` },
  }),
};
