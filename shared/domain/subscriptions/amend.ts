import type { Deps } from '../../ports.ts';
import { amend } from '../amend.ts';
import { subscriptionKey, subscriptions, type Subscription } from './subscription.ts';

/** A subscription by organization and id. */
export interface SubscriptionRef {
  readonly organizationId: string;
  readonly subscriptionId: string;
}

/** Changes a subscription whoever writes it meanwhile; see `amend`. */
export const amendSubscription = (
  deps: Deps,
  { organizationId, subscriptionId }: SubscriptionRef,
  change: (subscription: Subscription) => Subscription | undefined,
): Promise<Subscription | undefined> =>
  amend(deps, { collection: subscriptions, key: subscriptionKey(organizationId, subscriptionId) }, change);
