import * as z from 'zod';
import { PageQuery, pageOf, Time } from '#shared/domain/inputs.ts';
import { DeliveryState, DeliveryView } from '#shared/domain/subscriptions/delivery.ts';
import { DigestId } from '#shared/domain/subscriptions/digest.ts';
import { GatheredEventView } from '#shared/domain/subscriptions/list-digest-events.ts';
import {
  NewSubscription,
  SubscriptionEdit,
  SubscriptionView,
} from '#shared/domain/subscriptions/subscription.ts';
import { route } from '#shared/entry/route.ts';
import { DeliveryId, SubscriptionId } from '#shared/ids.ts';

const path = z.strictObject({ subscriptionId: SubscriptionId });

export const create = route({
  name: 'createSubscription',
  method: 'POST',
  path: '/v1/subscriptions',
  summary:
    'Subscribes a webhook, an SNS topic, an event bus or a mailbox to events. The answer is the only place that shows the signing secret of a webhook.',
  needs: 'subscriptions:write',
  status: 201,
  holdsSecret: true,
  request: { body: NewSubscription },
  response: SubscriptionView.extend({ secret: z.string().nullable() }),
  example: {
    name: 'Operations',
    target: { type: 'webhook', url: 'https://ops.acme.example/latchkey' },
    events: ['auth.expiring', 'auth.expired'],
  },
});

export const list = route({
  name: 'listSubscriptions',
  method: 'GET',
  path: '/v1/subscriptions',
  summary: 'Lists the subscriptions.',
  needs: 'subscriptions:read',
  request: { query: PageQuery },
  response: pageOf(SubscriptionView),
});

export const get = route({
  name: 'getSubscription',
  method: 'GET',
  path: '/v1/subscriptions/{subscriptionId}',
  summary: 'Reads a subscription.',
  needs: 'subscriptions:read',
  request: { path },
  response: SubscriptionView,
});

export const update = route({
  name: 'updateSubscription',
  method: 'PATCH',
  path: '/v1/subscriptions/{subscriptionId}',
  summary: 'Changes a subscription; what is left out stays, null takes the filters or the digest away.',
  needs: 'subscriptions:write',
  request: { path, body: SubscriptionEdit },
  response: SubscriptionView,
  example: { events: ['auth.expiring', 'auth.needs_reconnect'], digest: 'daily' },
});

export const remove = route({
  name: 'deleteSubscription',
  method: 'DELETE',
  path: '/v1/subscriptions/{subscriptionId}',
  summary: 'Ends a subscription.',
  needs: 'subscriptions:write',
  status: 204,
  request: { path },
});

export const listDeliveries = route({
  name: 'listDeliveries',
  method: 'GET',
  path: '/v1/subscriptions/{subscriptionId}/deliveries',
  summary: 'Lists what a subscription was told and what it answered, the oldest first.',
  needs: 'subscriptions:read',
  request: { path, query: PageQuery.extend({ status: DeliveryState.optional() }) },
  response: pageOf(DeliveryView),
});

export const listDigestEvents = route({
  name: 'listDigestEvents',
  method: 'GET',
  path: '/v1/subscriptions/{subscriptionId}/digests/{digestId}/events',
  summary: 'Lists the events that a digest is about, the oldest first.',
  needs: 'subscriptions:read',
  request: { path: path.extend({ digestId: DigestId }), query: PageQuery },
  response: pageOf(GatheredEventView),
});

export const test = route({
  name: 'testSubscription',
  method: 'POST',
  path: '/v1/subscriptions/{subscriptionId}/test',
  summary: 'Sends a test event now and tells what the subscriber answered.',
  needs: 'subscriptions:write',
  request: { path },
  response: z.object({
    delivered: z.boolean(),
    status: z.int().nullable(),
    error: z.string().nullable(),
    milliseconds: z.int(),
    by: z.literal('local').nullable(),
  }),
});

export const enable = route({
  name: 'enableSubscription',
  method: 'POST',
  path: '/v1/subscriptions/{subscriptionId}/enable',
  summary: 'Turns on again a subscription that was disabled. What it has missed can then be redelivered.',
  needs: 'subscriptions:write',
  request: { path },
  response: SubscriptionView,
});

export const renewSecret = route({
  name: 'renewSigningSecret',
  method: 'POST',
  path: '/v1/subscriptions/{subscriptionId}/secret',
  summary:
    'Renews the signing secret of a webhook and shows it, this once. The one before signs beside it for a day, or for as long as is said.',
  needs: 'subscriptions:write',
  holdsSecret: true,
  request: {
    path,
    body: z.strictObject({ overlapSeconds: z.int().min(0).max(604_800).default(86_400) }).optional(),
  },
  response: SubscriptionView.extend({ secret: z.string() }),
});

export const redeliver = route({
  name: 'redeliverDelivery',
  method: 'POST',
  path: '/v1/subscriptions/{subscriptionId}/deliveries/{deliveryId}/redeliver',
  summary: 'Sends a delivery again, under the same webhook-id.',
  needs: 'subscriptions:write',
  status: 202,
  request: { path: path.extend({ deliveryId: DeliveryId }) },
  response: DeliveryView,
});

export const redeliverSince = route({
  name: 'redeliverDeliveries',
  method: 'POST',
  path: '/v1/subscriptions/{subscriptionId}/redeliver',
  summary:
    'Sends all again that was not delivered of the events since a time, or everything. `count` stops at about 1,000; `more` says that there are others.',
  needs: 'subscriptions:write',
  status: 202,
  request: {
    path,
    body: z.strictObject({ since: Time, status: z.enum(['failed', 'all']).default('failed') }),
  },
  response: z.object({ count: z.int(), more: z.boolean() }),
  example: { since: '2026-03-01T09:00:00.000Z', status: 'failed' },
});
