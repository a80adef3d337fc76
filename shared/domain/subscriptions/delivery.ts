import * as z from 'zod';
import { LatchkeyEvent } from '../../events.ts';
import { DeliveryId, firstId, OrganizationId, SubscriptionId } from '../../ids.ts';
import type { Collection, Key } from '../../ports.ts';
import { Instant, iso, isoOrNull, Time } from '../inputs.ts';

const day = 86_400_000;

/**
 * `waiting`: the subscriber answers nobody, so others try it first. `held`: the subscription is disabled. `failed`: given up.
 * What is held or failed is sent again on request alone.
 */
export const DeliveryState = z.enum(['pending', 'waiting', 'delivered', 'failed', 'held']);

const Try = z.object({
  at: Instant,
  status: z.int().optional(),
  error: z.string().optional(),
  milliseconds: z.int().optional(),
  /** It was only kept on this machine. */
  by: z.literal('local').optional(),
});

/** One telling of one event to one subscription, and what came of each try. */
const Delivery = z.object({
  id: DeliveryId,
  organizationId: OrganizationId,
  subscriptionId: SubscriptionId,
  event: LatchkeyEvent,
  status: DeliveryState,
  /** The last of them. */
  tries: z.array(Try),
  /** How many failed in a row for which the subscriber as a whole was not to blame. Absent in items of before: all of `tries`. */
  failures: z.int().optional(),
  /** Until when it is tried: three days from the first try. */
  until: Instant.optional(),
  /** The request by which it was last sent again, so that a message that comes twice asks once. */
  round: z.string().optional(),
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

/** The subscription of the deliveries in a partition. */
export const subscriptionOf = (at: string): string => at.slice(at.indexOf('#SUB#') + 5);

/** The subscription and the event of the delivery that stands at a key, read back from it. */
export const deliveryAt = ({ partition: at, sort }: Key): { subscriptionId: string; eventId: string } => ({
  subscriptionId: subscriptionOf(at),
  eventId: sort.slice('DLV#'.length),
});

export const deliveriesTo = (organizationId: string, subscriptionId: string) => ({
  index: 'own' as const,
  partition: partition(organizationId, subscriptionId),
  prefix: 'DLV#',
});

/** The place before the first delivery of an event of this time or later: ids of events begin with their time. */
export const deliveriesSince = (time: number): string => `DLV#${firstId('event', time)}`;

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
  status: DeliveryState,
  tries: z.array(
    z.object({
      at: Time,
      status: z.int().nullable(),
      error: z.string().nullable(),
      milliseconds: z.int().nullable(),
      by: z.literal('local').nullable(),
    }),
  ),
  nextTryAt: Time.nullable(),
  createdAt: Time,
});

export const showDelivery = (item: Delivery): z.infer<typeof DeliveryView> => ({
  id: item.id,
  event: { id: item.event.id, type: item.event.type, time: item.event.time },
  status: item.status,
  tries: item.tries.map(({ at, status, error, milliseconds, by }) => ({
    at: iso(at),
    status: status ?? null,
    error: error ?? null,
    milliseconds: milliseconds ?? null,
    by: by ?? null,
  })),
  nextTryAt: isoOrNull(item.nextTryAt),
  createdAt: iso(item.createdAt),
});
