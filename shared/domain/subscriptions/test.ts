import { newEvent } from '../../events.ts';
import { newId } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import type { SubscriptionRef } from './amend.ts';
import { deliveries } from './delivery.ts';
import { SubscriptionTest } from './events.ts';
import { getSubscription } from './get.ts';
import { noteTold } from './standing.ts';
import { bound } from './targets/targets.ts';

/** What came of a test. */
export interface Tested {
  readonly delivered: boolean;
  readonly status: number | null;
  readonly error: string | null;
  readonly milliseconds: number;
  /** `local`: it was only kept on this machine. */
  readonly by: 'local' | null;
}

/** Sends a test event now, once, also to a subscription that is disabled. It is in the log of deliveries. */
export const testSubscription = async (deps: Deps, ref: SubscriptionRef): Promise<Tested> => {
  const subscription = await getSubscription(deps, ref);
  const { organizationId, subscriptionId } = ref;
  const event = newEvent(deps, SubscriptionTest, { organizationId, data: { subscriptionId } });
  const began = deps.clock.now();
  const outcome = await bound(subscription.target).send(deps, { subscription, event });
  const milliseconds = deps.clock.now() - began;
  const { ok, status, error, by } = outcome;
  await deps.store.insert(deliveries, {
    id: newId('delivery', deps),
    organizationId,
    subscriptionId,
    event,
    status: ok ? 'delivered' : 'failed',
    tries: [{ at: began, status, error, milliseconds, by }],
    createdAt: began,
    revision: 0,
  });
  if (ok && subscription.state !== 'disabled') await noteTold(deps, subscription);
  return { delivered: ok, status: status ?? null, error: error ?? null, milliseconds, by: by ?? null };
};
