import { invalid } from '../../errors.ts';
import { newId } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import { signingSecret } from '../../protocols/standard-webhooks.ts';
import type { Secret } from '../../secret.ts';
import { namesNews } from '../events.ts';
import { newVersion } from '../vault-version.ts';
import { signingSecretRef } from './signing-secret.ts';
import { subscriptions, type NewSubscription, type Subscription } from './subscription.ts';
import { bound } from './targets/targets.ts';

const check = (deps: Deps, { target, events }: NewSubscription) => {
  const unheard = events.flatMap((pattern, index) =>
    namesNews(pattern)
      ? []
      : [
          {
            path: `body.events.${String(index)}`,
            message: 'There is no such event to subscribe to. They are listed in docs/events.md.',
          },
        ],
  );
  const details = [...unheard, ...bound(target).check(deps)];
  if (details.length > 0)
    throw invalid('invalid_subscription', 'The subscription cannot work as it is.', details);
};

interface CreateSubscriptionInput {
  readonly organizationId: string;
  readonly input: NewSubscription;
}

/** What a target needs before it can be told: a webhook its secret, a mailbox its topic and the recipient's yes. */
const open = async (
  deps: Deps,
  { organizationId, id, target }: Pick<Subscription, 'organizationId' | 'id' | 'target'>,
) => {
  if (target.type === 'email') {
    const mailTopic = await deps.notices.openMail(id, target.address);
    const state = deps.notices.by === 'local' ? ('enabled' as const) : ('awaiting_confirmation' as const);
    return { parts: { mailTopic, state }, secret: undefined };
  }
  if (target.type !== 'webhook') return { parts: {}, secret: undefined };
  const secretVersion = newVersion(deps.random);
  const secret = signingSecret(deps.random.bytes(32));
  await deps.vault.put(signingSecretRef({ organizationId, id }), secretVersion, secret);
  return { parts: { secretVersion }, secret };
};

/** Subscribes somebody to events. The signing secret of a webhook goes to the vault, and into this answer once. */
export const createSubscription = async (
  deps: Deps,
  { organizationId, input }: CreateSubscriptionInput,
): Promise<{ subscription: Subscription; secret: Secret | undefined }> => {
  check(deps, input);
  const id = newId('subscription', deps);
  const { parts, secret } = await open(deps, { organizationId, id, target: input.target });
  const subscription: Subscription = {
    ...input,
    id,
    organizationId,
    state: 'enabled',
    ...parts,
    version: 1,
    createdAt: deps.clock.now(),
    outbox: [],
    revision: 0,
  };
  await deps.store.insert(subscriptions, subscription);
  return { subscription, secret };
};
