import { removeSubscription } from '#shared/domain/subscriptions/remove.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { remove } from './routes.ts';

/** Ends a subscription. */
export const deleteSubscription = endpoint(remove, async ({ deps, actor, path, ifMatch }) => {
  await removeSubscription(deps, { organizationId: actor.organizationId, ...path, ifMatch });
  return undefined;
});
