import type { Deps } from '../../ports.ts';
import type { EndUserRef } from '../end-users/auth-link.ts';
import { every } from '../paging.ts';
import { entryKey, historyEntries, historyOfEndUser, type HistoryEntry } from './entry.ts';

/** Who did it when nobody may know any more. */
const forgotten = 'forgotten';

const tries = 5;

/** What is left: that an end user did this then, not which one nor from where. */
const scrubbed = (entry: HistoryEntry, endUserId: string): HistoryEntry => ({
  ...entry,
  actor: { type: entry.actor.type, id: forgotten, role: entry.actor.role },
  subjects: entry.subjects.filter((subject) => subject !== endUserId),
  from: {},
});

const scrub = async ({ store }: Deps, found: HistoryEntry, endUserId: string): Promise<void> => {
  let entry: HistoryEntry | undefined = found;
  for (let round = 0; round < tries && entry; round += 1) {
    if (await store.replace(historyEntries, scrubbed(entry, endUserId))) return;
    // Its call has ended meanwhile, and said so.
    entry = await store.get(historyEntries, entryKey(entry));
  }
};

/**
 * Takes an end user's id, and from where they called, out of the history of a workspace; what was done stays, and so does what
 * somebody of the same id did in another one, whose admins have not asked. Answers how many entries there
 * were. Again, or after a crash: what is left is done. Where a session of theirs was just ended, processes may let it in for some seconds
 * more, and a call then leaves an entry: who forgets asks again after that.
 */
export const scrubEndUser = async (
  deps: Deps,
  { organizationId, workspaceId, endUserId }: EndUserRef,
): Promise<number> => {
  let count = 0;
  const where = historyOfEndUser(organizationId, endUserId);
  for await (const entry of every(deps.store, historyEntries, where)) {
    // The index is late: what it still names may be scrubbed already.
    if (entry.actor.endUserId !== endUserId || entry.workspaceId !== workspaceId) continue;
    await scrub(deps, entry, endUserId);
    count += 1;
  }
  return count;
};
