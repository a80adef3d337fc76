import { planDeliveries } from '#shared/domain/subscriptions/plan-deliveries.ts';
import { reaction } from '#shared/entry/reaction.ts';

/** Plans who is told of an event. */
export const handler = reaction('plan-deliveries', planDeliveries);
