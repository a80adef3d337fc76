import type { Deps } from '../../ports.ts';
import { every } from '../paging.ts';
import { removals, removalsOf } from './removal.ts';

/** Drops the plan to delete the personal workspace of somebody who is back (R54). One that is gone already stays gone. */
export const keepPersonal = async (
  { store }: Deps,
  { organizationId, userId }: { readonly organizationId: string; readonly userId: string },
): Promise<void> => {
  for await (const removal of every(store, removals, removalsOf(organizationId)))
    if (removal.ownerId === userId && removal.reason === 'member_left' && !removal.gone)
      // Lost only to its beginning, which looks itself whether the person is back.
      await store.remove(removals, removal);
};
