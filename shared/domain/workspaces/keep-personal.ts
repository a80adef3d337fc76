import type { Deps } from '../../ports.ts';
import { every } from '../paging.ts';
import { removals, removalsOf } from './removal.ts';
import { rewriteWorkspace } from './rewrite.ts';

/** Drops the plan to delete the personal workspace of somebody who is back (R54). One that is gone already stays gone. */
export const keepPersonal = async (
  deps: Deps,
  { organizationId, userId }: { readonly organizationId: string; readonly userId: string },
): Promise<void> => {
  for await (const removal of every(deps.store, removals, removalsOf(organizationId))) {
    if (removal.ownerId !== userId || removal.reason !== 'member_left') continue;
    // Taken away already, though nobody has noted it yet: without the plan, what was in it would stay for ever.
    if (!(await rewriteWorkspace(deps, removal, (workspace) => workspace))) continue;
    // Lost only to its beginning, which looks itself whether the person is back.
    await deps.store.remove(removals, removal);
  }
};
