import { newEvent, type LatchkeyEvent } from '../../events.ts';
import { newId } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import { deliveries } from './delivery.ts';
import { DeliveryDue } from './events.ts';

interface PlanInput {
  readonly subscriptionId: string;
  readonly event: LatchkeyEvent;
}

/** Plans the delivery of an event to a subscription and asks for it. Again: nothing happens. */
export const planDelivery = async (deps: Deps, { subscriptionId, event }: PlanInput): Promise<void> => {
  const { organizationId } = event;
  const now = deps.clock.now();
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
  if (planned) await deps.bus.publish([newEvent(deps, DeliveryDue, { organizationId, data })]);
};
