import { getAuth } from '#shared/domain/auths/get.ts';
import { history, historyOf, showHistory } from '#shared/domain/auths/history.ts';
import { page } from '#shared/domain/paging.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { history as route } from './routes.ts';

/** Lists what happened to an auth. */
export const listHistory = endpoint(route, async ({ deps, actor, path, query }) => {
  const { id, organizationId } = await getAuth(deps, { organizationId: actor.organizationId, ...path });
  return page(deps.store, history, { ...historyOf(organizationId, id), query, show: showHistory });
});
