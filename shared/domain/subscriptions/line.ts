import * as z from 'zod';
import { newEvent } from '../../events.ts';
import { EventId, OrganizationId, SubscriptionId } from '../../ids.ts';
import type { Collection, Deps, Key } from '../../ports.ts';
import { Instant } from '../inputs.ts';
import { sideBySide } from '../side-by-side.ts';
import type { SubscriptionRef } from './amend.ts';
import { deliveries, deliveryKey, type Delivery } from './delivery.ts';
import { DeliveryDue } from './events.ts';

const hour = 3_600_000;

/** The sweep takes up what waits, should nobody call it before: its worker may have been killed. */
const pause = 30_000;

/** Called by one message. */
const most = 100;

const width = 25;

/** A delivery that waits for a lane (ADR 0024). */
const Standing = z.object({
  organizationId: OrganizationId,
  subscriptionId: SubscriptionId,
  eventId: EventId,
  /** When the sweep would take it up. A delivery of another time was taken up already. */
  nextTryAt: Instant,
  revision: z.int(),
});
type Standing = z.infer<typeof Standing>;

const prefix = 'LINE#';

const lineOf = ({ organizationId, subscriptionId }: SubscriptionRef) => ({
  index: 'own' as const,
  partition: `ORG#${organizationId}#SUB#${subscriptionId}`,
  prefix,
});

const standingKey = (of: SubscriptionRef & { readonly eventId: string }): Key => ({
  partition: lineOf(of).partition,
  sort: `${prefix}${of.eventId}`,
});

const line: Collection<Standing> = {
  name: 'delivery_line',
  schema: Standing,
  place: (item) => ({ key: standingKey(item), expiresAt: item.nextTryAt + hour }),
};

/** Lets a delivery that finds no lane stand in line for one. */
export const standInLine = async ({ store, clock }: Deps, delivery: Delivery): Promise<void> => {
  const nextTryAt = clock.now() + pause;
  if (!(await store.replace(deliveries, { ...delivery, nextTryAt }))) return;
  const { organizationId, subscriptionId, event } = delivery;
  const place = { organizationId, subscriptionId, eventId: event.id };
  if (await store.insert(line, { ...place, nextTryAt, revision: 0 })) return;
  // It stood there before, and the sweep was faster than a lane.
  const before = await store.get(line, standingKey(place));
  if (before) await store.replace(line, { ...before, nextTryAt });
};

/** Asks for those that stand in line for a subscriber, the oldest first, as many as a message holds. */
export const callNext = async (deps: Deps, ref: SubscriptionRef): Promise<void> => {
  const { store } = deps;
  const { items } = await store.list(line, { ...lineOf(ref), limit: most });
  const called: string[] = [];
  await sideBySide(
    items,
    async (standing) => {
      // Of two who call at the same time, one calls this.
      if (!(await store.remove(line, standing))) return;
      const { eventId, nextTryAt } = standing;
      const delivery = await store.get(deliveries, deliveryKey(standing));
      if (delivery?.nextTryAt !== nextTryAt) return;
      if (await store.replace(deliveries, { ...delivery, nextTryAt: deps.clock.now() })) called.push(eventId);
    },
    width,
  );
  if (called.length === 0) return;
  const { organizationId, subscriptionId } = ref;
  const data = { deliveries: called.toSorted().map((eventId) => ({ subscriptionId, eventId })) };
  await deps.bus.publish([newEvent(deps, DeliveryDue, { organizationId, data })]);
};
