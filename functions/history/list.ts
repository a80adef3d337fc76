import { listHistory as run } from '#shared/domain/history/list.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { list, listOfWorkspace } from './routes.ts';

/** Lists who did what in the organization. */
export const listHistory = endpoint(list, ({ deps, actor, query }) =>
  run(deps, { organizationId: actor.organizationId, query }),
);

/** Lists who did what in a workspace. */
export const listWorkspaceHistory = endpoint(listOfWorkspace, ({ deps, actor, path, query }) =>
  run(deps, { organizationId: actor.organizationId, ...path, query }),
);
