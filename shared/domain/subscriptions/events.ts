import * as z from 'zod';
import { eventKind } from '../../events.ts';
import { SubscriptionId } from '../../ids.ts';

/** The places of deliveries whose time has come: subscription, and the event that it is told. */
const Place = z.strictObject({ subscriptionId: SubscriptionId, eventId: z.string() });

export const DeliveryDue = eventKind('delivery.due', {
  summary: 'It is time to tell these subscribers.',
  audience: 'work',
  version: 1,
  data: z.strictObject({ deliveries: z.array(Place).min(1).max(100) }),
  example: {
    deliveries: [
      { subscriptionId: 'sub_01hvx3s9k2m4n6p8q0r2s4t6v8', eventId: 'evt_01hvx3s9k2m4n6p8q0r2s4t6v8' },
    ],
  },
});

export const subscriptionEvents = [DeliveryDue];
