import * as z from 'zod';
import { LatchkeyEvent } from '../../events.ts';
import { DeliveryId, OrganizationId, SubscriptionId } from '../../ids.ts';
import type { Collection, Key } from '../../ports.ts';
import { Instant, iso, isoOrNull, Time } from '../inputs.ts';

const day = 86_400_000;

/** One telling of one event to one subscription, and what came of each try. */
const Delivery = z.object({
  id: DeliveryId,
  organizationId: OrganizationId,
  subscriptionId: SubscriptionId,
  event: LatchkeyEvent,
  status: z.enum(['pending', 'delivered', 'failed']),
  tries: z.array(z.object({ at: Instant, status: z.int().optional(), error: z.string().optional() })),
  nextTryAt: Instant.optional(),
  createdAt: Instant,
  revision: z.int(),
});
export type Delivery = z.infer<typeof Delivery>;

const partition = (organizationId: string, subscriptionId: string) =>
  `ORG#${organizationId}#SUB#${subscriptionId}`;

/** A delivery stands under its event's id, so that an event told twice is planned once. */
export const deliveryKey = (of: {
  organizationId: string;
  subscriptionId: string;
  eventId: string;
}): Key => ({
  partition: partition(of.organizationId, of.subscriptionId),
  sort: `DLV#${of.eventId}`,
});

/** The subscription and the event of the delivery that stands at a key, read back from it. */
export const deliveryAt = ({ partition: at, sort }: Key): { subscriptionId: string; eventId: string } => ({
  subscriptionId: at.slice(at.indexOf('#SUB#') + 5),
  eventId: sort.slice('DLV#'.length),
});

export const deliveriesTo = (organizationId: string, subscriptionId: string) => ({
  index: 'own' as const,
  partition: partition(organizationId, subscriptionId),
  prefix: 'DLV#',
});

export const deliveries: Collection<Delivery> = {
  name: 'delivery',
  schema: Delivery,
  place: (item) => ({
    key: deliveryKey({ ...item, eventId: item.event.id }),
    due: item.nextTryAt === undefined ? undefined : { at: item.nextTryAt, act: 'delivery' },
    expiresAt: item.createdAt + 30 * day,
  }),
};

export const DeliveryView = z.object({
  id: DeliveryId,
  event: z.object({ id: z.string(), type: z.string(), time: Time }),
  status: Delivery.shape.status,
  tries: z.array(z.object({ at: Time, status: z.int().nullable(), error: z.string().nullable() })),
  nextTryAt: Time.nullable(),
  createdAt: Time,
});

export const showDelivery = (item: Delivery): z.infer<typeof DeliveryView> => ({
  id: item.id,
  event: { id: item.event.id, type: item.event.type, time: item.event.time },
  status: item.status,
  tries: item.tries.map(({ at, status, error }) => ({
    at: iso(at),
    status: status ?? null,
    error: error ?? null,
  })),
  nextTryAt: isoOrNull(item.nextTryAt),
  createdAt: iso(item.createdAt),
});
