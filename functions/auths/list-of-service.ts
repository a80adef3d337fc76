import { listServiceAuths as run } from '#shared/domain/auths/list.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { listOfService } from './routes.ts';

/** Lists the auths of a service throughout the organization. */
export const listServiceAuths = endpoint(listOfService, ({ deps, actor, query }) =>
  run(deps, { organizationId: actor.organizationId, query }),
);
