import { page } from '#shared/domain/paging.ts';
import { deliveries, deliveriesTo, showDelivery } from '#shared/domain/subscriptions/delivery.ts';
import { getSubscription } from '#shared/domain/subscriptions/get.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { listDeliveries as route } from './routes.ts';

/** Lists what a subscription was told. */
export const listDeliveries = endpoint(route, async ({ deps, actor, path, query }) => {
  const { id, organizationId } = await getSubscription(deps, {
    organizationId: actor.organizationId,
    ...path,
  });
  return page(deps.store, deliveries, { ...deliveriesTo(organizationId, id), query, show: showDelivery });
});
