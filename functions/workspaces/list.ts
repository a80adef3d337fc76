import { listWorkspaces as run } from '#shared/domain/workspaces/list.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { list } from './routes.ts';

/** Lists the workspaces that the caller may see. */
export const listWorkspaces = endpoint(list, ({ deps, actor, query }) => run(deps, actor, query));
