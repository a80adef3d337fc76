import * as z from 'zod';
import { PageQuery, pageOf } from '#shared/domain/inputs.ts';
import { DeliveryView } from '#shared/domain/subscriptions/delivery.ts';
import { DigestId } from '#shared/domain/subscriptions/digest.ts';
import { GatheredEventView } from '#shared/domain/subscriptions/list-digest-events.ts';
import {
  NewSubscription,
  SubscriptionEdit,
  SubscriptionView,
} from '#shared/domain/subscriptions/subscription.ts';
import { route } from '#shared/entry/route.ts';
import { SubscriptionId } from '#shared/ids.ts';

const path = z.strictObject({ subscriptionId: SubscriptionId });

export const create = route({
  name: 'createSubscription',
  method: 'POST',
  path: '/v1/subscriptions',
  summary: 'Subscribes a webhook to events. The answer is the only place that shows its signing secret.',
  needs: 'subscriptions:write',
  status: 201,
  request: { body: NewSubscription },
  response: SubscriptionView.extend({ secret: z.string() }),
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
  request: { path, query: PageQuery },
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
