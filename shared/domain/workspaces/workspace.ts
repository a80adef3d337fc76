import * as z from 'zod';
import { OrganizationId, WorkspaceId } from '../../ids.ts';
import type { Collection, Key } from '../../ports.ts';
import { roles, workspaceKinds, type Role } from '../../permissions.ts';
import { Instant, iso, Name, Time } from '../inputs.ts';
import { UserId } from '../members/user-id.ts';

const Workspace = z.object({
  id: WorkspaceId,
  organizationId: OrganizationId,
  name: Name,
  kind: z.enum(workspaceKinds),
  /** Whose it is, when it is a personal one. */
  ownerId: UserId.optional(),
  /** Counts the edits that people make. */
  version: z.int(),
  createdAt: Instant,
  revision: z.int(),
});
export type Workspace = z.infer<typeof Workspace>;

export const workspaceKey = (organizationId: string, id: string): Key => ({
  partition: `ORG#${organizationId}`,
  sort: `WS#${id}`,
});

/** All workspaces of an organization: its partition, by prefix. */
export const workspacesOf = (organizationId: string) => ({
  index: 'own' as const,
  partition: `ORG#${organizationId}`,
  prefix: 'WS#',
});

/** The personal workspaces of a user: one of their own, and those that were handed to them (R54). */
export const personalOf = (organizationId: string, userId: string) => ({
  index: 'grouped' as const,
  partition: `ORG#${organizationId}#USER#${userId}#personal`,
});

export const workspaces: Collection<Workspace> = {
  name: 'workspace',
  schema: Workspace,
  place: ({ organizationId, id, ownerId }) => ({
    key: workspaceKey(organizationId, id),
    grouped:
      ownerId === undefined
        ? undefined
        : { partition: personalOf(organizationId, ownerId).partition, sort: id },
  }),
};

export const NewWorkspace = z.strictObject({
  name: Name,
  kind: z.enum(
    ['shared', 'embedded'],
    'Workspaces of the kinds shared and embedded can be made; the organization one exists already, and people make their personal ones.',
  ),
});

export const WorkspaceEdit = z.strictObject({ name: Name });

export const WorkspaceView = z.object({
  id: WorkspaceId,
  name: z.string(),
  kind: Workspace.shape.kind,
  /** Whose it is; null unless it is a personal one. */
  ownerId: z.string().nullable(),
  /** What the caller is in it. */
  role: z.enum(roles),
  version: z.int(),
  createdAt: Time,
});

/** A workspace as a caller with a role in it sees it. */
export const showWorkspace = (
  { id, name, kind, ownerId, version, createdAt }: Workspace,
  role: Role,
): z.infer<typeof WorkspaceView> => ({
  id,
  name,
  kind,
  ownerId: ownerId ?? null,
  role,
  version,
  createdAt: iso(createdAt),
});
