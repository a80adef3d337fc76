import { conflict } from '../../errors.ts';
import { newId } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import { signingSecret } from '../../protocols/standard-webhooks.ts';
import type { Secret } from '../../secret.ts';
import { newVersion } from '../vault-version.ts';
import { checkSubscription } from './check.ts';
import { signingSecretRef } from './signing-secret.ts';
import { subscriptions, subscriptionsOf, type NewSubscription, type Subscription } from './subscription.ts';

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

/**
 * Subscribes somebody to events. The signing secret of a webhook goes to the vault, and into this answer once. Rejects with 422
 * `invalid_subscription`, or 409 `too_many_subscriptions`.
 */
export const createSubscription = async (
  deps: Deps,
  { organizationId, input }: CreateSubscriptionInput,
): Promise<{ subscription: Subscription; secret: Secret | undefined }> => {
  await checkSubscription(deps, organizationId, input);
  const { items } = await deps.store.list(subscriptions, { ...subscriptionsOf(organizationId), limit: most });
  if (items.length >= most) throw tooMany();
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
