import { listHistory as run } from '#shared/domain/auths/list-history.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { history as route } from './routes.ts';

/** Lists what happened to an auth. */
export const listHistory = endpoint(route, ({ deps, actor, path, query }) =>
  run(deps, { organizationId: actor.organizationId, ...path, query }),
);
