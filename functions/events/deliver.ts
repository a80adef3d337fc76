import { deliverAll } from '#shared/domain/subscriptions/deliver-all.ts';
import { DeliveryDue } from '#shared/domain/subscriptions/events.ts';
import { reactionTo } from '#shared/entry/reaction.ts';

/** Tells subscribers, all at once. Is done only when all have been told or not: what still runs then would be frozen. */
export const handler = reactionTo('deliver', DeliveryDue, (deps, { organizationId, data: { deliveries } }) =>
  deliverAll(deps, { organizationId, places: deliveries }),
);
