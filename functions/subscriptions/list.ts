import { page } from '#shared/domain/paging.ts';
import {
  showSubscription,
  subscriptions,
  subscriptionsOf,
} from '#shared/domain/subscriptions/subscription.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { list } from './routes.ts';

/** Lists the subscriptions. */
export const listSubscriptions = endpoint(list, ({ deps, actor, query }) =>
  page(deps.store, subscriptions, {
    ...subscriptionsOf(actor.organizationId),
    query,
    show: showSubscription,
  }),
);
