import { conflict } from '../../errors.ts';
import { newId } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import { signingSecret } from '../../protocols/standard-webhooks.ts';
import type { Secret } from '../../secret.ts';
import { newVersion } from '../vault-version.ts';
import { checkSubscription } from './check.ts';
import {
  signingSecretRef,
  subscriptions,
  subscriptionsOf,
  type NewSubscription,
  type Subscription,
} from './subscription.ts';

/** Every event is compared with all of them. */
const most = 200;

const tooMany = () =>
  conflict(
    'too_many_subscriptions',
    `There are ${String(most)} subscriptions already. Widen one of them, or delete one that is not needed any more.`,
  );

interface CreateSubscriptionInput {
  readonly organizationId: string;
  readonly input: NewSubscription;
}

/**
 * Subscribes a webhook to events. Its signing secret goes to the vault, and into this answer once. Rejects with 422
 * `invalid_subscription`, or 409 `too_many_subscriptions`.
 */
export const createSubscription = async (
  deps: Deps,
  { organizationId, input }: CreateSubscriptionInput,
): Promise<{ subscription: Subscription; secret: Secret }> => {
  await checkSubscription(deps, organizationId, input);
  const { items } = await deps.store.list(subscriptions, { ...subscriptionsOf(organizationId), limit: most });
  if (items.length >= most) throw tooMany();
  const subscription: Subscription = {
    ...input,
    id: newId('subscription', deps),
    organizationId,
    secretVersion: newVersion(deps.random),
    version: 1,
    createdAt: deps.clock.now(),
    revision: 0,
  };
  const secret = signingSecret(deps.random.bytes(32));
  await deps.vault.put(signingSecretRef(subscription), subscription.secretVersion, secret);
  await deps.store.insert(subscriptions, subscription);
  return { subscription, secret };
};
