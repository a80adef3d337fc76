import type { Deps } from '../../ports.ts';
import { chance } from '../chance.ts';
import { deliveries, deliveryKey, type Delivery } from './delivery.ts';
import { noteFailure, noteTold, takeTurn } from './standing.ts';
import { subscriptionKey, subscriptions, type Subscription } from './subscription.ts';
import type { Outcome } from './targets/target.ts';
import { bound } from './targets/targets.ts';
import { lease, longestTrouble, waitsUntil } from './trouble.ts';

const minute = 60_000;

/** Waits between tries: the sum is three days (Standard Webhooks, "Deliverability"). Milliseconds. */
const pauses = [1, 5, 15, 60, 180, 360, 720, 1440, 1440].map((minutes) => minutes * minute);

/** So many tries are kept to be read. */
const mostTries = 30;

/** A tenth more by chance, so that what failed together does not come back together. */
const jittered = (deps: Deps, pause: number) => Math.round(pause * (1 + chance(deps) / 10));

/** A delivery behind others that wait for the same subscriber. When that is back, it is told at once, not only then. */
const parked = (deps: Deps, delivery: Delivery, until: number): Delivery => ({
  ...delivery,
  status: 'waiting',
  nextTryAt: jittered(deps, until + minute - deps.clock.now()) + deps.clock.now(),
});

interface Told {
  readonly outcome: Outcome;
  readonly began: number;
}

const tried = (deps: Deps, delivery: Delivery, { outcome, began }: Told): Delivery => {
  const { status, error, by } = outcome;
  const last = { at: began, status, error, milliseconds: deps.clock.now() - began, by };
  return {
    ...delivery,
    tries: [...delivery.tries, last].slice(-mostTries),
    until: delivery.until ?? began + longestTrouble,
  };
};

/** A delivery whose subscriber was told. */
const delivered = (delivery: Delivery): Delivery => ({
  ...delivery,
  status: 'delivered',
  nextTryAt: undefined,
});

interface Failed {
  /** The subscription as the failure left it. */
  readonly standing: Subscription;
  readonly restMilliseconds: number;
}

/** A delivery after a failure: to be tried again after a pause, held with its subscription, or given up after three days. */
const failed = (deps: Deps, delivery: Delivery, { standing, restMilliseconds }: Failed): Delivery => {
  const now = deps.clock.now();
  if (standing.state === 'disabled') return { ...delivery, status: 'held', nextTryAt: undefined };
  const over: Delivery = { ...delivery, status: 'failed', nextTryAt: undefined };
  const probeAt = standing.trouble?.probeAt;
  if ((delivery.until ?? Infinity) <= now) return over;
  // What ails the subscriber as a whole counts against none of its deliveries but by time.
  if (probeAt !== undefined)
    return { ...delivery, status: 'waiting', nextTryAt: Math.max(probeAt, now + restMilliseconds) };
  const failures = delivery.failures ?? delivery.tries.length - 1;
  const pause = pauses[failures];
  if (pause === undefined) return over;
  const next = now + Math.max(jittered(deps, pause), restMilliseconds);
  return { ...delivery, status: 'pending', failures: failures + 1, nextTryAt: next };
};

const tell = async (deps: Deps, leased: Delivery, subscription: Subscription): Promise<void> => {
  const began = deps.clock.now();
  const outcome = await bound(subscription.target).send(deps, { subscription, event: leased.event });
  const delivery = tried(deps, leased, { outcome, began });
  if (outcome.ok) {
    // First what was told, so that a crash in between tells nothing twice that waits.
    await deps.store.replace(deliveries, delivered(delivery));
    await noteTold(deps, subscription);
    return;
  }
  const standing = await noteFailure(deps, subscription, { outcome, began });
  if (!standing) return;
  const { restMilliseconds = 0 } = outcome;
  await deps.store.replace(deliveries, failed(deps, delivery, { standing, restMilliseconds }));
};

interface DeliverInput {
  readonly organizationId: string;
  readonly subscriptionId: string;
  readonly eventId: string;
}

/** The delivery, if it is due. */
export const dueDelivery = async (deps: Deps, input: DeliverInput): Promise<Delivery | undefined> => {
  const delivery = await deps.store.get(deliveries, deliveryKey(input));
  return delivery?.nextTryAt === undefined || delivery.nextTryAt > deps.clock.now() ? undefined : delivery;
};

/** Tells a subscriber of an event, if that is still to be done. At least once: a crash after sending sends again. */
export const deliver = async (deps: Deps, input: DeliverInput): Promise<void> => {
  const delivery = await dueDelivery(deps, input);
  if (!delivery) return;
  const subscription = await deps.store.get(
    subscriptions,
    subscriptionKey(input.organizationId, input.subscriptionId),
  );
  if (!subscription) {
    await deps.store.remove(deliveries, delivery);
    return;
  }
  const now = deps.clock.now();
  if (subscription.state === 'disabled') {
    await deps.store.replace(deliveries, { ...delivery, status: 'held', nextTryAt: undefined });
    return;
  }
  const waits = waitsUntil(subscription.trouble, now);
  if (waits !== undefined) {
    await deps.store.replace(deliveries, parked(deps, delivery, waits));
    return;
  }
  // What is under way waits no more: whoever wakes those that wait must leave it alone.
  const leased = await deps.store.replace(deliveries, {
    ...delivery,
    status: 'pending',
    nextTryAt: now + lease,
  });
  if (!leased) return;
  if (await takeTurn(deps, subscription)) await tell(deps, leased, subscription);
  else await deps.store.replace(deliveries, parked(deps, leased, now + minute));
};
