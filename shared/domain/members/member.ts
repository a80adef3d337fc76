import * as z from 'zod';
import { LatchkeyEvent } from '../../events.ts';
import { OrganizationId } from '../../ids.ts';
import { organizationRoles } from '../../permissions.ts';
import type { Collection, Key } from '../../ports.ts';
import { Instant } from '../inputs.ts';
import { outboxDue } from '../outbox.ts';
import { UserId } from './user-id.ts';

const Member = z.object({
  organizationId: OrganizationId,
  userId: UserId,
  role: z.enum(organizationRoles),
  /** Since when the person is no member any more: whatever a token says then, it is refused (R54). */
  removedAt: Instant.optional(),
  /** Who has the personal workspace of one who has left; kept for a while where nobody is named. */
  handedTo: UserId.optional(),
  version: z.int(),
  createdAt: Instant,
  outbox: z.array(LatchkeyEvent).default([]),
  revision: z.int(),
});
export type Member = z.infer<typeof Member>;

export const memberKey = (organizationId: string, userId: string): Key => ({
  partition: `ORG#${organizationId}`,
  sort: `MEMBER#${userId}`,
});

/** All who are, or were, of an organization. */
export const allMembersOf = (organizationId: string) => ({
  index: 'own' as const,
  partition: `ORG#${organizationId}`,
  prefix: 'MEMBER#',
});

/** A person of an organization. */
export const members: Collection<Member> = {
  name: 'member',
  schema: Member,
  place: (item) => ({ key: memberKey(item.organizationId, item.userId), due: outboxDue(item) }),
};
