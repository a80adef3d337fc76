import { listAuths as run } from '#shared/domain/auths/list.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { list } from './routes.ts';

/** Lists the auths of a workspace. */
export const listAuths = endpoint(list, ({ deps, actor, path, query }) =>
  run(deps, { organizationId: actor.organizationId, ...path, query }),
);
