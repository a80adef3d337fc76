import { newEvent, patternTakes, type LatchkeyEvent } from '../../events.ts';
import { newId } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import { isNews } from '../events.ts';
import { every } from '../paging.ts';
import { deliveries } from './delivery.ts';
import { DeliveryDue } from './events.ts';
import { subscriptions, subscriptionsOf, type Subscription } from './subscription.ts';

const wants = ({ events }: Subscription, type: string): boolean =>
  events.some((pattern) => patternTakes(pattern, type));

/**
 * Plans one delivery of an event for each subscription that wants it, and asks for each apart, so that a dead subscriber
 * delays no other. Told twice, an event is planned once.
 */
export const planDeliveries = async (deps: Deps, event: LatchkeyEvent): Promise<void> => {
  if (!isNews(event.type)) return;
  const { organizationId } = event;
  const now = deps.clock.now();
  for await (const subscription of every(deps.store, subscriptions, subscriptionsOf(organizationId))) {
    if (!wants(subscription, event.type)) continue;
    const subscriptionId = subscription.id;
    const planned = await deps.store.insert(deliveries, {
      id: newId('delivery', deps),
      organizationId,
      subscriptionId,
      event,
      status: 'pending',
      tries: [],
      nextTryAt: now,
      createdAt: now,
      revision: 0,
    });
    const data = { deliveries: [{ subscriptionId, eventId: event.id }] };
    // Planned, it is due: what the bus does not take the sweep asks for, and the other subscriptions have their turn.
    if (planned)
      await deps.bus.publish([newEvent(deps, DeliveryDue, { organizationId, data })]).catch(() => undefined);
  }
};
