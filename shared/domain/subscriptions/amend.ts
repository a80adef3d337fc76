import { AppError } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { replaceAndTell } from '../outbox.ts';
import { subscriptionKey, subscriptions, type Subscription } from './subscription.ts';

/** A subscription by organization and id. */
export interface SubscriptionRef {
  readonly organizationId: string;
  readonly subscriptionId: string;
}

const tries = 20;

/**
 * Changes a subscription, read again as often as somebody else is faster. `change` gets the newest state and answers the next
 * one, or undefined when there is nothing to do any more; then undefined is the answer. It may be asked several times.
 */
export const amendSubscription = async (
  deps: Deps,
  { organizationId, subscriptionId }: SubscriptionRef,
  change: (subscription: Subscription) => Subscription | undefined,
): Promise<Subscription | undefined> => {
  for (let round = 0; round < tries; round += 1) {
    const subscription = await deps.store.get(subscriptions, subscriptionKey(organizationId, subscriptionId));
    const next = subscription && change(subscription);
    if (!next) return undefined;
    const written = await replaceAndTell(deps, subscriptions, next);
    if (written) return written;
  }
  throw new AppError(503, 'too_contended', 'Too many writers met on this subscription. Repeat the call.');
};
