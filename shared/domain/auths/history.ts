import * as z from 'zod';
import { LatchkeyEvent } from '../../events.ts';
import { AuthId, OrganizationId } from '../../ids.ts';
import type { Collection } from '../../ports.ts';
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

export const history: Collection<HistoryEntry> = {
  name: 'auth_history',
  schema: HistoryEntry,
  place: ({ organizationId, authId, event }) => ({
    key: { partition: historyOf(organizationId, authId).partition, sort: `HIST#${event.id}` },
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
