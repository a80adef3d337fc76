import { timeOf } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import { historyEntries, historyLife, historyOn, type HistoryEntry } from '../history/entry.ts';
import { dayBegan, dayOf } from '../history/time.ts';
import { every } from '../paging.ts';
import { throughout } from '../side-by-side.ts';
import { isNone, type Part } from '../workspaces/part.ts';

const day = 86_400_000;

/** Every entry of an organization, day after day since it was founded, as far back as history is kept. */
async function* entriesOf({ store, clock }: Deps, organizationId: string): AsyncGenerator<HistoryEntry> {
  const now = clock.now();
  const first = Math.max(timeOf(organizationId), now - historyLife);
  for (let at = dayBegan(first); at <= now; at += day)
    yield* every(store, historyEntries, historyOn({ organizationId }, dayOf(at)));
}

/**
 * Who did what in an organization. It outlives every workspace, and goes with the organization: nobody is left who may read it, and it
 * names people and where they called from.
 */
export const historyPart: Part = {
  name: 'history',
  isEmpty: (deps, { organizationId }) => isNone(entriesOf(deps, organizationId)),
  empty: (deps, { organizationId }) =>
    throughout(entriesOf(deps, organizationId), async (entry) => {
      await deps.store.remove(historyEntries, entry);
    }),
};
