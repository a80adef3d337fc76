import { listRemovals } from '#shared/domain/workspaces/list-removals.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { listDeletions } from './routes.ts';

/** Lists the deletions of workspaces. */
export const listWorkspaceRemovals = endpoint(listDeletions, ({ deps, actor, query }) =>
  listRemovals(deps, actor, query),
);
