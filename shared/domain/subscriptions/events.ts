import * as z from 'zod';
import { eventKind } from '../../events.ts';
import { AuthId, EventId, ServiceId, SubscriptionId } from '../../ids.ts';
import { Time } from '../inputs.ts';
import { disablings } from './trouble.ts';

const ulid = '01hvx3s9k2m4n6p8q0r2s4t6v8';
const time = '2026-03-01T09:00:00.000Z';

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

/** The places of digests whose time has come: subscription, and the window's id. */
const DigestPlace = z.strictObject({ subscriptionId: SubscriptionId, digestId: z.string() });

export const DigestDue = eventKind('subscription.digest_due', {
  summary: 'It is time to compose these digests.',
  audience: 'work',
  version: 1,
  data: z.strictObject({ digests: z.array(DigestPlace).min(1).max(100) }),
  example: {
    digests: [{ subscriptionId: 'sub_01hvx3s9k2m4n6p8q0r2s4t6v8', digestId: 'hourly-1772442000000' }],
  },
});

const Counts = z.record(z.string(), z.int());

export const DigestComposed = eventKind('subscription.digest', {
  summary:
    'What happened within an hour or a day, in one message. Services are counted apart for the 50 that have the most, `otherServices` says how many more there are; `sample` holds the first 20 events, and `link` leads to all of them.',
  audience: 'subscriber',
  version: 1,
  data: z.strictObject({
    digest: z.enum(['hourly', 'daily']),
    from: Time,
    to: Time,
    count: z.int(),
    countsByType: Counts,
    countsByCause: Counts,
    countsByService: Counts,
    otherServices: z.int(),
    sample: z
      .array(
        z.strictObject({
          id: EventId,
          type: z.string(),
          time: Time,
          authId: AuthId.nullable(),
          serviceId: ServiceId.nullable(),
        }),
      )
      .max(20),
    link: z.string(),
  }),
  example: {
    digest: 'hourly',
    from: '2026-03-02T09:00:00.000Z',
    to: '2026-03-02T10:00:00.000Z',
    count: 500,
    countsByType: { 'auth.needs_reconnect': 500 },
    countsByCause: { revoked: 500 },
    countsByService: { svc_01hvx3s9k2m4n6p8q0r2s4t6v8: 500 },
    otherServices: 0,
    sample: [
      {
        id: 'evt_01hvx3s9k2m4n6p8q0r2s4t6v8',
        type: 'auth.needs_reconnect',
        time: '2026-03-02T09:14:03.000Z',
        authId: 'auth_01hvx3s9k2m4n6p8q0r2s4t6v8',
        serviceId: 'svc_01hvx3s9k2m4n6p8q0r2s4t6v8',
      },
    ],
    link: 'https://latchkey.example/v1/subscriptions/sub_01hvx3s9k2m4n6p8q0r2s4t6v8/digests/hourly-1772442000000/events',
  },
});

export const BacklogDue = eventKind('delivery.backlog_due', {
  summary: 'It is time to tell a subscriber again of what it has missed.',
  audience: 'work',
  version: 1,
  data: z.strictObject({
    subscriptionId: SubscriptionId,
    /** Events of this time and later. */
    since: Time,
    /** `waiting`: what waits for the subscriber to be back; `failed`: what is not delivered; `all`: everything. */
    which: z.enum(['waiting', 'failed', 'all']),
    /** Names the request, so that a message that comes twice asks once. */
    round: EventId,
    /** Up to where it is done. */
    after: z.string().optional(),
  }),
  example: { subscriptionId: `sub_${ulid}`, since: time, which: 'failed', round: `evt_${ulid}` },
});

export const SecretDue = eventKind('subscription.secret_due', {
  summary: 'The time is over in which these subscriptions were signed with two secrets.',
  audience: 'work',
  version: 1,
  data: z.strictObject({ subscriptionIds: z.array(SubscriptionId).min(1).max(100) }),
  example: { subscriptionIds: [`sub_${ulid}`] },
});

export const SubscriptionDisabled = eventKind('subscription.disabled', {
  summary:
    'A subscription is sent nothing any more: its endpoint says that it is gone (410), or nothing could be told to it for three days. `advice` says what to do.',
  audience: 'news',
  version: 1,
  data: z.strictObject({
    subscriptionId: SubscriptionId,
    reason: z.enum(disablings),
    failingSince: Time,
    advice: z.string(),
  }),
  example: {
    subscriptionId: `sub_${ulid}`,
    reason: 'failing',
    failingSince: time,
    advice: 'Repair the subscriber, enable the subscription, then redeliver what it has missed.',
  },
});

export const SubscriptionTest = eventKind('subscription.test', {
  summary: 'Somebody tries whether this subscription is heard. Nothing has happened.',
  audience: 'news',
  version: 1,
  data: z.strictObject({ subscriptionId: SubscriptionId }),
  example: { subscriptionId: `sub_${ulid}` },
});

export const subscriptionEvents = [
  DeliveryDue,
  DigestDue,
  DigestComposed,
  BacklogDue,
  SecretDue,
  SubscriptionDisabled,
  SubscriptionTest,
];
