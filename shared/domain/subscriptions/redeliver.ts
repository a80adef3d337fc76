import { conflict, notFound } from '../../errors.ts';
import { newEvent } from '../../events.ts';
import { newId, timeOf } from '../../ids.ts';
import type { Deps, Page } from '../../ports.ts';
import { iso } from '../inputs.ts';
import { sideBySide } from '../side-by-side.ts';
import type { SubscriptionRef } from './amend.ts';
import { deliveries, deliveriesSince, deliveriesTo, type Delivery } from './delivery.ts';
import { BacklogDue, DeliveryDue } from './events.ts';
import { getSubscription } from './get.ts';
import { lease } from './trouble.ts';

const hour = 3_600_000;

/** Of one page and one message. */
const pageSize = 100;

/** Pages of one run of the reaction; then another message goes on. */
const pagesPerRun = 10;

/** So many are counted while the caller waits. */
const mostCounted = 1000;

type Which = 'waiting' | 'failed' | 'all';

/** What is being sent, or is about to be, needs no asking. */
const isUnderWay = ({ status, nextTryAt = 0 }: Delivery, now: number): boolean =>
  status === 'pending' && nextTryAt <= now + lease;

const takes: Readonly<Record<Which, (delivery: Delivery, now: number) => boolean>> = {
  waiting: ({ status }) => status === 'waiting',
  failed: (delivery, now) => delivery.status !== 'delivered' && !isUnderWay(delivery, now),
  all: (delivery, now) => !isUnderWay(delivery, now),
};

/** A delivery as if it were planned now; the event's id stays, so that the receiver knows what it has seen. */
const afresh = (delivery: Delivery, now: number, round?: string): Delivery => ({
  ...delivery,
  status: 'pending',
  failures: 0,
  until: undefined,
  nextTryAt: now,
  round,
});

const askFor = async (
  deps: Deps,
  { organizationId, subscriptionId }: SubscriptionRef,
  ids: readonly string[],
) => {
  if (ids.length === 0) return;
  const data = { deliveries: ids.map((eventId) => ({ subscriptionId, eventId })) };
  await deps.bus.publish([newEvent(deps, DeliveryDue, { organizationId, data })]);
};

const pageAfter = (
  { store }: Deps,
  { organizationId, subscriptionId }: SubscriptionRef,
  after: string,
): Promise<Page<Delivery>> =>
  store.list(deliveries, { ...deliveriesTo(organizationId, subscriptionId), limit: pageSize, after });

const enabled = async (deps: Deps, ref: SubscriptionRef): Promise<void> => {
  const { state } = await getSubscription(deps, ref);
  if (state === 'disabled')
    throw conflict('subscription_disabled', 'The subscription is disabled. Enable it first.');
};

const find = async (deps: Deps, ref: SubscriptionRef, deliveryId: string): Promise<Delivery> => {
  // Deliveries stand under their events, and are mostly planned within moments of these: look there first, then everywhere.
  for (const since of [Math.max(timeOf(deliveryId) - hour, 0), 0]) {
    let after: string | undefined = deliveriesSince(since);
    while (after !== undefined && after < deliveriesSince(timeOf(deliveryId) + hour)) {
      const page = await pageAfter(deps, ref, after);
      const found = page.items.find(({ id }) => id === deliveryId);
      if (found) return found;
      after = page.next;
    }
  }
  throw notFound('delivery', 'Deliveries are kept for 30 days. Check the id.');
};

/** Sends one delivery again, whatever came of it. 404 `delivery_not_found`, 409 `subscription_disabled`. */
export const redeliver = async (
  deps: Deps,
  { deliveryId, ...ref }: SubscriptionRef & { readonly deliveryId: string },
): Promise<Delivery> => {
  await enabled(deps, ref);
  const found = await find(deps, ref, deliveryId);
  const written = await deps.store.replace(deliveries, afresh(found, deps.clock.now()));
  if (!written) throw conflict('delivery_busy', 'It is being sent right now. Look at what comes of it.');
  await askFor(deps, ref, [written.event.id]);
  return written;
};

interface RedeliverSinceInput extends SubscriptionRef {
  readonly since: number;
  readonly which: 'failed' | 'all';
}

/** Asks for all deliveries of events since a time again. Answers how many those are, counted up to 1,000. */
export const redeliverSince = async (
  deps: Deps,
  { since, which, ...ref }: RedeliverSinceInput,
): Promise<{ count: number; more: boolean }> => {
  await enabled(deps, ref);
  const { organizationId, subscriptionId } = ref;
  let [count, after]: [number, string | undefined] = [0, deliveriesSince(since)];
  while (after !== undefined && count < mostCounted) {
    const found = await pageAfter(deps, ref, after);
    count += found.items.filter((each) => takes[which](each, deps.clock.now())).length;
    after = found.next;
  }
  const data = { subscriptionId, since: iso(since), which, round: newId('event', deps) };
  if (count > 0) await deps.bus.publish([newEvent(deps, BacklogDue, { organizationId, data })]);
  return { count, more: after !== undefined };
};

interface Backlog extends SubscriptionRef {
  readonly since: string;
  readonly which: Which;
  readonly round: string;
  readonly after?: string | undefined;
}

/** What a person asks for is what there was then, and each once, however often the message comes. */
const isMeant = ({ which, round }: Backlog, delivery: Delivery): boolean =>
  which === 'waiting' || (delivery.round !== round && delivery.event.id < round);

/** Makes what was missed due again, a number of pages at a time; the rest is asked for by another event. */
export const redeliverBacklog = async (deps: Deps, backlog: Backlog): Promise<void> => {
  const { organizationId, subscriptionId, which, round } = backlog;
  let after: string | undefined = backlog.after ?? deliveriesSince(Date.parse(backlog.since));
  for (let page = 0; after !== undefined && page < pagesPerRun; page += 1) {
    const found = await pageAfter(deps, backlog, after);
    const ids: string[] = [];
    const wanted = found.items.filter(
      (each) => takes[which](each, deps.clock.now()) && isMeant(backlog, each),
    );
    await sideBySide(wanted, async (each) => {
      // What waits has the days left that it had; what is asked for by a person begins anew.
      const now = deps.clock.now();
      const next =
        which === 'waiting'
          ? { ...each, status: 'pending' as const, nextTryAt: now }
          : afresh(each, now, round);
      if (await deps.store.replace(deliveries, next)) ids.push(each.event.id);
    });
    await askFor(deps, backlog, ids);
    after = found.next;
  }
  if (after === undefined) return;
  const data = { subscriptionId, since: backlog.since, which, round, after };
  await deps.bus.publish([newEvent(deps, BacklogDue, { organizationId, data })]);
};
