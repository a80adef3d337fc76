import { listDeliveries as run } from '#shared/domain/subscriptions/list-deliveries.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { listDeliveries as route } from './routes.ts';

/** Lists what a subscription was told. */
export const listDeliveries = endpoint(route, ({ deps, actor, path, query }) =>
  run(deps, { organizationId: actor.organizationId, ...path, query }),
);
