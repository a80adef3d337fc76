import { listAvailableServices as run } from '#shared/domain/services/available.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { listAvailable } from './routes.ts';

/** Lists the services that auths of a workspace may be made with. */
export const listAvailableServices = endpoint(listAvailable, ({ deps, actor, path, query }) =>
  run(deps, { organizationId: actor.organizationId, ...path, query }),
);
