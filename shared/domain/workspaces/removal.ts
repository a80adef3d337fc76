import * as z from 'zod';
import { LatchkeyEvent } from '../../events.ts';
import { OrganizationId, WorkspaceId } from '../../ids.ts';
import { workspaceKinds } from '../../permissions.ts';
import type { Collection, Key } from '../../ports.ts';
import { Instant, iso, isoOrNull, Name, Time } from '../inputs.ts';
import { UserId } from '../members/user-id.ts';
import { outboxDue } from '../outbox.ts';

/** Why a workspace goes: somebody deleted it, the person whose it was has left, or the whole organization goes. */
const removalReasons = ['deleted', 'member_left', 'organization_deleted'] as const;

/** The deletion of a workspace: planned, under way, or done and then the receipt of it (ADR 0039). */
const WorkspaceRemoval = z.object({
  organizationId: OrganizationId,
  workspaceId: WorkspaceId,
  name: Name,
  kind: z.enum(workspaceKinds),
  /** Whose it was, when it is a personal one. */
  ownerId: UserId.optional(),
  reason: z.enum(removalReasons),
  /** Who has decided on it. */
  by: z.object({ type: z.string(), id: z.string() }),
  createdAt: Instant,
  /** Until then the workspace is there as before. */
  beginsAt: Instant,
  /** Since when it is gone for everyone, and what stood in it then, by kind. */
  gone: z.object({ at: Instant, held: z.record(z.string(), z.int()) }).optional(),
  /** When there is something to be done next; absent when all is done. */
  nextAt: Instant.optional(),
  endedAt: Instant.optional(),
  outbox: z.array(LatchkeyEvent),
  revision: z.int(),
});
export type WorkspaceRemoval = z.infer<typeof WorkspaceRemoval>;

/** How long the receipt of a deletion can be read, in milliseconds. */
const kept = 400 * 86_400_000;

/** All deletions of an organization. */
export const removalsOf = (organizationId: string) => ({
  index: 'own' as const,
  partition: `ORG#${organizationId}#REMOVALS`,
});

export const removalKey = (organizationId: string, workspaceId: string): Key => ({
  partition: removalsOf(organizationId).partition,
  sort: workspaceId,
});

/** The workspace whose deletion stands at a key, read back from it. */
export const removedAtKey = ({ sort }: Key): string => sort;

const firstDue = (item: WorkspaceRemoval) =>
  [outboxDue(item), item.nextAt === undefined ? undefined : { at: item.nextAt, act: 'workspace' }]
    .filter((due) => due !== undefined)
    .toSorted((a, b) => a.at - b.at)[0];

export const removals: Collection<WorkspaceRemoval> = {
  name: 'workspace_removal',
  schema: WorkspaceRemoval,
  place: (item) => ({
    key: removalKey(item.organizationId, item.workspaceId),
    due: firstDue(item),
    expiresAt: item.endedAt === undefined ? undefined : item.endedAt + kept,
  }),
};

export const RemovalView = z.object({
  workspaceId: WorkspaceId,
  name: z.string(),
  kind: z.enum(workspaceKinds),
  reason: z.enum(removalReasons),
  state: z.enum(['planned', 'under_way', 'done']),
  beginsAt: Time,
  endedAt: Time.nullable(),
  /** How many of each kind stood in it when it went; null while it is there. */
  removed: z.record(z.string(), z.int()).nullable(),
});

const stateOf = ({ gone, endedAt }: WorkspaceRemoval) => {
  if (endedAt !== undefined) return 'done';
  return gone ? 'under_way' : 'planned';
};

/** A deletion as admins of the organization see it. */
export const showRemoval = (item: WorkspaceRemoval): z.infer<typeof RemovalView> => ({
  workspaceId: item.workspaceId,
  name: item.name,
  kind: item.kind,
  reason: item.reason,
  state: stateOf(item),
  beginsAt: iso(item.beginsAt),
  endedAt: isoOrNull(item.endedAt),
  removed: item.gone?.held ?? null,
});
