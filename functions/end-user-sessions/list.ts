import { listEndUserSessions as run } from '#shared/domain/end-users/list-sessions.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { list } from './routes.ts';

/** Lists the sessions of end users, without their tokens. */
export const listEndUserSessions = endpoint(list, ({ deps, actor, path, query }) =>
  run(deps, { organizationId: actor.organizationId, ...path, query }),
);
