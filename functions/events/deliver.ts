import { deliver } from '#shared/domain/subscriptions/deliver.ts';
import { DeliveryDue } from '#shared/domain/subscriptions/events.ts';
import { reactionTo } from '#shared/entry/reaction.ts';

/** Tells subscribers. */
export const handler = reactionTo('deliver', DeliveryDue, async (deps, { organizationId, data }) => {
  await Promise.all(data.deliveries.map((place) => deliver(deps, { organizationId, ...place })));
});
