import { listEndUsers as run } from '#shared/domain/end-users/list.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { list } from './routes.ts';

/** Lists the end users of a workspace with their auths. */
export const listEndUsers = endpoint(list, ({ deps, actor, path, query }) =>
  run(deps, { organizationId: actor.organizationId, ...path, query }),
);
