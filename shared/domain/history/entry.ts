import * as z from 'zod';
import { EntryId, OrganizationId, WorkspaceId } from '../../ids.ts';
import type { Collection } from '../../ports.ts';
import { Actor } from '../actor.ts';
import { Instant } from '../inputs.ts';
import { placeInTime, dayOf } from './time.ts';

/** For how long it is known who did what. Milliseconds. */
export const historyLife = 400 * 86_400_000;

/**
 * How an act came out: `begun` is written before it and stays when nobody lived to say more, so that it may have been done or
 * not; `refused` by a 4xx, `failed` by a 5xx.
 */
export const outcomes = ['begun', 'done', 'refused', 'failed'] as const;

/** Who did it, as whom; the product itself has no role. A scrubbed one was an end user of whom nothing is known any more. */
const EntryActor = Actor.pick({ type: true, id: true, role: true, endUserId: true }).partial({ role: true });

/** Where a call came from: the address that it was sent from, and what its sender calls itself. */
const Origin = z.object({ address: z.string().optional(), agent: z.string().optional() });
export type Origin = z.infer<typeof Origin>;

const HistoryEntry = z.object({
  id: EntryId,
  organizationId: OrganizationId,
  /** In whose history it stands besides the organization's. */
  workspaceId: WorkspaceId.optional(),
  actor: EntryActor,
  /** The name of a route, `useCredential`, or the type of an event. */
  action: z.string(),
  /** Ids alone: those that the path named, then those that were made. */
  subjects: z.array(z.string()),
  /** When it began; of uses, the hour in which they were. */
  at: Instant,
  from: Origin,
  requestId: z.string().optional(),
  outcome: z.enum(outcomes),
  status: z.int().optional(),
  code: z.string().optional(),
  /** Nothing was done: the answer of the call before was given once more (`Idempotency-Key`). */
  repeated: z.boolean().optional(),
  /** How often a credential was used in the hour, and when last. */
  uses: z.int().optional(),
  lastUsedAt: Instant.optional(),
  /** Tells entries of one moment apart. */
  tie: z.string(),
  revision: z.int(),
});
export type HistoryEntry = z.infer<typeof HistoryEntry>;

/** Where what was done on a day stands, of the organization or of one of its workspaces: the newest first. */
export const historyOn = (
  { organizationId, workspaceId }: { organizationId: string; workspaceId?: string | undefined },
  day: string,
) =>
  workspaceId === undefined
    ? { index: 'own' as const, partition: `ORG#${organizationId}#HISTORY#${day}` }
    : { index: 'listed' as const, partition: `ORG#${organizationId}#WS#${workspaceId}#history#${day}` };

/** What an end user did. */
export const historyOfEndUser = (organizationId: string, endUserId: string) => ({
  index: 'grouped' as const,
  partition: `ORG#${organizationId}#ENDUSER#${endUserId}#history`,
});

export const entryKey = ({
  organizationId,
  at,
  tie,
}: Pick<HistoryEntry, 'organizationId' | 'at' | 'tie'>) => ({
  partition: historyOn({ organizationId }, dayOf(at)).partition,
  sort: placeInTime(at, tie),
});

/** Who did what, when and from where (ADR 0038). */
export const historyEntries: Collection<HistoryEntry> = {
  name: 'history_entry',
  schema: HistoryEntry,
  place: (item) => {
    const { organizationId, workspaceId, actor, at } = item;
    const key = entryKey(item);
    const here =
      workspaceId === undefined ? undefined : historyOn({ organizationId, workspaceId }, dayOf(at));
    return {
      key,
      listed: here && { partition: here.partition, sort: key.sort },
      grouped:
        actor.endUserId === undefined
          ? undefined
          : { partition: historyOfEndUser(organizationId, actor.endUserId).partition, sort: key.sort },
      expiresAt: at + historyLife,
    };
  },
};
