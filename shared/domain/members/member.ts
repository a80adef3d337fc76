import * as z from 'zod';
import { OrganizationId } from '../../ids.ts';
import { organizationRoles } from '../../permissions.ts';
import type { Collection, Key } from '../../ports.ts';
import { Instant } from '../inputs.ts';
import { UserId } from './user-id.ts';

const Member = z.object({
  organizationId: OrganizationId,
  userId: UserId,
  role: z.enum(organizationRoles),
  /** Since when the person is no member any more: whatever a token says then, it is refused (R54). */
  removedAt: Instant.optional(),
  version: z.int(),
  createdAt: Instant,
  revision: z.int(),
});
export type Member = z.infer<typeof Member>;

export const memberKey = (organizationId: string, userId: string): Key => ({
  partition: `ORG#${organizationId}`,
  sort: `MEMBER#${userId}`,
});

/** A person of an organization. */
export const members: Collection<Member> = {
  name: 'member',
  schema: Member,
  place: (item) => ({ key: memberKey(item.organizationId, item.userId) }),
};
