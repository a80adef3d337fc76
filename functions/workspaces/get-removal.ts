import { getRemoval } from '#shared/domain/workspaces/list-removals.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { getDeletion } from './routes.ts';

/** Reads the deletion of a workspace. */
export const getWorkspaceRemoval = endpoint(getDeletion, ({ deps, actor, path }) =>
  getRemoval(deps, { organizationId: actor.organizationId, ...path }),
);
