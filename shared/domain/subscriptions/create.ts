import { invalid } from '../../errors.ts';
import { newId } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import { signingSecret } from '../../protocols/standard-webhooks.ts';
import type { Secret } from '../../secret.ts';
import { namesNews } from '../events.ts';
import { newVersion } from '../vault-version.ts';
import { signingSecretRef, subscriptions, type NewSubscription, type Subscription } from './subscription.ts';

const check = ({ settings }: Deps, { target, events }: NewSubscription) => {
  const details = events.flatMap((pattern, index) =>
    namesNews(pattern)
      ? []
      : [
          {
            path: `body.events.${String(index)}`,
            message: 'There is no such event to subscribe to. They are listed in docs/events.md.',
          },
        ],
  );
  if (!settings.plainHttp && !target.url.startsWith('https:')) {
    details.push({ path: 'body.target.url', message: 'Expected https://.' });
  }
  if (details.length > 0)
    throw invalid('invalid_subscription', 'The subscription cannot work as it is.', details);
};

interface CreateSubscriptionInput {
  readonly organizationId: string;
  readonly input: NewSubscription;
}

/** Subscribes a webhook to events. Its signing secret goes to the vault, and into this answer once. */
export const createSubscription = async (
  deps: Deps,
  { organizationId, input }: CreateSubscriptionInput,
): Promise<{ subscription: Subscription; secret: Secret }> => {
  check(deps, input);
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
