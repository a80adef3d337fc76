import { auths, authsOf, showAuth } from '#shared/domain/auths/auth.ts';
import { page } from '#shared/domain/paging.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { list } from './routes.ts';

/** Lists the auths of a workspace. */
export const listAuths = endpoint(list, ({ deps, actor, path, query }) =>
  page(deps.store, auths, { ...authsOf(actor.organizationId, path.workspaceId), query, show: showAuth }),
);
