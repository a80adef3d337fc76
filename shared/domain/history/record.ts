import { newId } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import type { Actor } from '../actor.ts';
import { entryKey, historyEntries, type HistoryEntry, type Origin } from './entry.ts';

/** An act of a caller, as it is known before it is done. */
export interface Act {
  readonly actor: Actor;
  readonly workspaceId: string | undefined;
  readonly action: string;
  readonly subjects: readonly string[];
  readonly from: Origin;
  readonly requestId: string;
}

/** How an act came out, and the ids that it made. */
export interface Outcome extends Pick<HistoryEntry, 'status' | 'code' | 'repeated'> {
  readonly status: number;
  readonly made?: readonly string[];
}

/** An act has more ids than this only when it made a lot of things; the entry says how many are left out nowhere else. */
const mostSubjects = 200;

const outcomeOf = (status: number): HistoryEntry['outcome'] => {
  if (status >= 500) return 'failed';
  return status >= 400 ? 'refused' : 'done';
};

const withOutcome = (entry: HistoryEntry, { made = [], ...told }: Outcome): HistoryEntry => ({
  ...entry,
  ...told,
  outcome: outcomeOf(told.status),
  subjects: [...new Set([...entry.subjects, ...made])].slice(0, mostSubjects),
});

const entryOf = (deps: Deps, { actor, subjects, ...act }: Act): HistoryEntry => {
  const id = newId('entry', deps);
  const { type, id: actorId, role, endUserId, organizationId } = actor;
  return {
    ...act,
    id,
    organizationId,
    actor: { type, id: actorId, role, endUserId },
    subjects: [...subjects],
    at: deps.clock.now(),
    outcome: 'begun',
    tie: id,
    revision: 0,
  };
};

/** Writes down that an act begins, before it does: what cannot be written down is not done. Rejects as the store does. */
export const beginEntry = async (deps: Deps, act: Act): Promise<HistoryEntry> => {
  const entry = entryOf(deps, act);
  return (await deps.store.insert(historyEntries, entry)) ?? entry;
};

/** Adds how an act came out that was begun. What is no longer as it was written, such as of a person forgotten, stays so. */
export const concludeEntry = async (
  { store }: Deps,
  entry: HistoryEntry,
  outcome: Outcome,
): Promise<void> => {
  if (await store.replace(historyEntries, withOutcome(entry, outcome))) return;
  const now = await store.get(historyEntries, entryKey(entry));
  if (now) await store.replace(historyEntries, withOutcome(now, outcome));
};

/** Writes down at once what came of a call that did nothing: one that was refused, or an answer given once more. */
export const noteEntry = async (deps: Deps, act: Act, outcome: Outcome): Promise<void> => {
  await deps.store.insert(historyEntries, withOutcome(entryOf(deps, act), outcome));
};
