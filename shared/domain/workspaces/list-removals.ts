import { notFound } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import type { PageQuery } from '../inputs.ts';
import { page } from '../paging.ts';
import { removalKey, removals, removalsOf, showRemoval } from './removal.ts';

/** The deletions of workspaces of an organization: planned, under way, and done within 400 days. */
export const listRemovals = (deps: Deps, { organizationId }: { organizationId: string }, query: PageQuery) =>
  page(deps.store, removals, { ...removalsOf(organizationId), query, show: showRemoval });

/** One of them; 404 `workspace_removal_not_found`. */
export const getRemoval = async (
  { store }: Deps,
  { organizationId, removedId }: { organizationId: string; removedId: string },
) => {
  const found = await store.get(removals, removalKey(organizationId, removedId));
  if (!found) throw notFound('workspace_removal');
  return showRemoval(found);
};
