import { EgressRefused, HttpFailure, type Deps } from '../../ports.ts';
import { signedHeaders } from '../../protocols/standard-webhooks.ts';
import { deliveries, deliveryKey, type Delivery } from './delivery.ts';
import { signingSecretRef, subscriptionKey, subscriptions, type Subscription } from './subscription.ts';

const minute = 60_000;
const timeout = 15_000;

/** Waits between tries: the sum is three days (Standard Webhooks, "Deliverability"). Milliseconds. */
const pauses = [1, 5, 15, 60, 180, 360, 720, 1440, 1440].map((minutes) => minutes * minute);

/** How long a try may take before the sweep believes its maker gone. */
const lease = 2 * minute;

interface Try {
  readonly status?: number;
  readonly error?: string;
}

/** What a subscriber is sent: the event's type, its time and its data (Standard Webhooks, "Payload structure"). */
const bodyOf = ({ event }: Delivery): string =>
  JSON.stringify({
    type: event.type,
    timestamp: event.time,
    data: { eventId: event.id, version: event.version, organizationId: event.organizationId, ...event.data },
  });

const mostRead = 65_536;

/** Reads on for a while, so that the connection can serve again. The status has told all: how the body ends is no matter. */
const leave = async (body: AsyncIterable<Uint8Array>): Promise<void> => {
  let size = 0;
  try {
    for await (const chunk of body) if ((size += chunk.byteLength) > mostRead) return;
  } catch {
    // The subscriber broke off behind its status.
  }
};

const send = async (deps: Deps, delivery: Delivery, subscription: Subscription): Promise<Try> => {
  const key = await deps.vault.get(signingSecretRef(subscription), subscription.secretVersion);
  if (!key) return { error: 'signing_secret_missing' };
  const body = bodyOf(delivery);
  const timestamp = Math.floor(deps.clock.now() / 1000);
  const headers = [
    ['content-type', 'application/json'] as const,
    ...signedHeaders(key, { id: delivery.event.id, timestamp, body }),
  ];
  try {
    const { url } = subscription.target;
    const response = await deps.http.send({
      method: 'POST',
      url,
      headers,
      body,
      timeoutMilliseconds: timeout,
      // Headers in time and a body that drips would hold the delivery for ever.
      signal: AbortSignal.timeout(2 * timeout),
    });
    await leave(response.body);
    return { status: response.status };
  } catch (error) {
    if (error instanceof HttpFailure) return { error: error.reason };
    if (error instanceof EgressRefused) return { error: 'address_refused' };
    throw error;
  }
};

/** A delivery after a try: done, or to be tried again after a pause, or given up after three days. */
const after = (delivery: Delivery, { status, error }: Try, now: number, chance: number): Delivery => {
  const tries = [...delivery.tries, { at: now, status, error }];
  if (status !== undefined && status >= 200 && status < 300) {
    return { ...delivery, status: 'delivered', tries, nextTryAt: undefined };
  }
  const pause = pauses[delivery.tries.length];
  if (pause === undefined) return { ...delivery, status: 'failed', tries, nextTryAt: undefined };
  return { ...delivery, tries, nextTryAt: now + Math.round(pause * (1 + chance / 10)) };
};

interface DeliverInput {
  readonly organizationId: string;
  readonly subscriptionId: string;
  readonly eventId: string;
}

/** Tells a subscriber of an event, if that is still to be done. At least once: a crash after sending sends again. */
export const deliver = async (deps: Deps, input: DeliverInput): Promise<void> => {
  const delivery = await deps.store.get(deliveries, deliveryKey(input));
  if (delivery?.nextTryAt === undefined || delivery.nextTryAt > deps.clock.now()) return;
  const subscription = await deps.store.get(
    subscriptions,
    subscriptionKey(input.organizationId, input.subscriptionId),
  );
  if (!subscription) {
    await deps.store.remove(deliveries, delivery);
    return;
  }
  const leased = await deps.store.replace(deliveries, { ...delivery, nextTryAt: deps.clock.now() + lease });
  if (!leased) return;
  const outcome = await send(deps, leased, subscription);
  const chance = (deps.random.bytes(1)[0] ?? 0) / 256;
  await deps.store.replace(deliveries, after(leased, outcome, deps.clock.now(), chance));
};
