import * as z from 'zod';
import { EntryId, WorkspaceId } from '../../ids.ts';
import { iso, isoOrNull, Time } from '../inputs.ts';
import { outcomes, type HistoryEntry } from './entry.ts';

export const EntryView = z.object({
  id: EntryId,
  /** When it began; of uses, the hour in which they were. */
  time: Time,
  actor: z.object({
    type: z.string(),
    id: z.string(),
    role: z.string().nullable(),
    endUserId: z.string().nullable(),
  }),
  /** The operationId of a route, `useCredential`, or the type of an event. */
  action: z.string(),
  subjects: z.array(z.string()),
  workspaceId: WorkspaceId.nullable(),
  /** `begun`: nobody lived to say how it ended. */
  outcome: z.enum(outcomes),
  status: z.int().nullable(),
  code: z.string().nullable(),
  /** Nothing was done: an answer was given once more. */
  repeated: z.boolean(),
  from: z.object({ address: z.string().nullable(), agent: z.string().nullable() }),
  requestId: z.string().nullable(),
  uses: z.int().nullable(),
  lastUsedAt: Time.nullable(),
});
export type EntryView = z.infer<typeof EntryView>;

/** An entry as admins see it. */
export const showEntry = (entry: HistoryEntry): EntryView => {
  const { type, id, role = null, endUserId = null } = entry.actor;
  return {
    id: entry.id,
    time: iso(entry.at),
    actor: { type, id, role, endUserId },
    action: entry.action,
    subjects: entry.subjects,
    workspaceId: entry.workspaceId ?? null,
    outcome: entry.outcome,
    status: entry.status ?? null,
    code: entry.code ?? null,
    repeated: entry.repeated ?? false,
    from: { address: entry.from.address ?? null, agent: entry.from.agent ?? null },
    requestId: entry.requestId ?? null,
    uses: entry.uses ?? null,
    lastUsedAt: isoOrNull(entry.lastUsedAt),
  };
};
