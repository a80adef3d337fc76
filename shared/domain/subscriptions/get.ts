import { notFound } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { subscriptionKey, subscriptions, type Subscription } from './subscription.ts';

/** A subscription of an organization; 404 `subscription_not_found`. */
export const getSubscription = async (
  { store }: Deps,
  { organizationId, subscriptionId }: { organizationId: string; subscriptionId: string },
): Promise<Subscription> => {
  const subscription = await store.get(subscriptions, subscriptionKey(organizationId, subscriptionId));
  if (!subscription) throw notFound('subscription');
  return subscription;
};
