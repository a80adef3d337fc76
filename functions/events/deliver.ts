import { deliver } from '#shared/domain/subscriptions/deliver.ts';
import { DeliveryDue } from '#shared/domain/subscriptions/events.ts';
import { reactionTo } from '#shared/entry/reaction.ts';

/** Tells subscribers, all at once. Is done only when all have been told or not: what still runs then would be frozen. */
export const handler = reactionTo('deliver', DeliveryDue, async (deps, { organizationId, data }) => {
  const failures: unknown[] = [];
  const tell = (place: (typeof data.deliveries)[number]) =>
    deliver(deps, { organizationId, ...place }).catch((error: unknown) => failures.push(error));
  await Promise.all(data.deliveries.map(tell));
  if (failures.length > 0) throw new AggregateError(failures, 'Some of what a message names failed.');
});
