import * as z from 'zod';
import { OrganizationId, WorkspaceId } from '../../ids.ts';
import { workspaceRoles } from '../../permissions.ts';
import type { Collection, Key } from '../../ports.ts';
import { Instant } from '../inputs.ts';
import { UserId } from './user-id.ts';

const Membership = z.object({
  organizationId: OrganizationId,
  workspaceId: WorkspaceId,
  userId: UserId,
  role: z.enum(workspaceRoles),
  version: z.int(),
  createdAt: Instant,
  revision: z.int(),
});
export type Membership = z.infer<typeof Membership>;

export const membershipKey = (organizationId: string, workspaceId: string, userId: string): Key => ({
  partition: `ORG#${organizationId}#WS#${workspaceId}`,
  sort: `MEMBER#${userId}`,
});

/** The people of a workspace. */
export const membershipsIn = (organizationId: string, workspaceId: string) => ({
  index: 'own' as const,
  partition: `ORG#${organizationId}#WS#${workspaceId}`,
  prefix: 'MEMBER#',
});

/** The workspaces that a person is a member of. */
export const membershipsOf = (organizationId: string, userId: string) => ({
  index: 'listed' as const,
  partition: `ORG#${organizationId}#USER#${userId}#workspaces`,
});

/** A person's role in a workspace. */
export const memberships: Collection<Membership> = {
  name: 'membership',
  schema: Membership,
  place: (item) => ({
    key: membershipKey(item.organizationId, item.workspaceId, item.userId),
    listed: { partition: membershipsOf(item.organizationId, item.userId).partition, sort: item.workspaceId },
  }),
};
