import * as z from 'zod';
import { LatchkeyEvent } from '../../events.ts';
import { AuthId, OrganizationId, WorkspaceId } from '../../ids.ts';
import type { Collection, Key } from '../../ports.ts';
import { Time } from '../inputs.ts';

/** One thing that happened to an auth. */
const HistoryEntry = z.object({
  organizationId: OrganizationId,
  authId: AuthId,
  event: LatchkeyEvent,
  revision: z.int(),
});
export type HistoryEntry = z.infer<typeof HistoryEntry>;

/** What happened to an auth, the oldest first. */
export const historyOf = (organizationId: string, authId: string) => ({
  index: 'own' as const,
  partition: `ORG#${organizationId}#AUTH#${authId}`,
  prefix: 'HIST#',
});

const OfWorkspace = z.looseObject({ workspaceId: WorkspaceId });

/** What happened to all auths that a workspace has and had, by auth: found thus when it is deleted. */
export const historyIn = (organizationId: string, workspaceId: string) => ({
  index: 'ranked' as const,
  partition: `ORG#${organizationId}#WS#${workspaceId}#history`,
});

const rankOf = ({ organizationId, authId, event }: HistoryEntry): Key | undefined => {
  const about = OfWorkspace.safeParse(event.data);
  if (!about.success) return undefined;
  return {
    partition: historyIn(organizationId, about.data.workspaceId).partition,
    sort: `${authId}#${event.id}`,
  };
};

export const history: Collection<HistoryEntry> = {
  name: 'auth_history',
  schema: HistoryEntry,
  place: (item) => ({
    key: {
      partition: historyOf(item.organizationId, item.authId).partition,
      sort: `HIST#${item.event.id}`,
    },
    ranked: rankOf(item),
  }),
};

export const HistoryView = z.object({
  id: z.string(),
  type: z.string(),
  time: Time,
  data: z.record(z.string(), z.unknown()),
});

export const showHistory = ({ event }: HistoryEntry): z.infer<typeof HistoryView> => ({
  id: event.id,
  type: event.type,
  time: event.time,
  data: event.data,
});
