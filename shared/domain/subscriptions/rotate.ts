import { conflict, notFound } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { signingSecret } from '../../protocols/standard-webhooks.ts';
import type { Secret } from '../../secret.ts';
import { newVersion } from '../vault-version.ts';
import { amendSubscription, type SubscriptionRef } from './amend.ts';
import { getSubscription } from './get.ts';
import { signingSecretRef } from './signing-secret.ts';
import { subscriptionKey, subscriptions, type Subscription } from './subscription.ts';

/** Forgets the secret before the last renewal, once it does not sign any more: first in the vault, so that a crash leaves it due. */
export const forgetSecretBefore = async (deps: Deps, ref: SubscriptionRef): Promise<void> => {
  const found = await deps.store.get(subscriptions, subscriptionKey(ref.organizationId, ref.subscriptionId));
  const over = found?.secretBefore;
  if (!found || !over || over.until > deps.clock.now()) return;
  await deps.vault.forget(signingSecretRef(found), over.version);
  await amendSubscription(deps, ref, (current) =>
    current.secretBefore?.version === over.version ? { ...current, secretBefore: undefined } : undefined,
  );
};

interface RenewSecretInput extends SubscriptionRef {
  readonly overlapSeconds: number;
}

/**
 * Makes a new signing secret; the one before signs beside it for the overlap. Of three, the oldest signs no more.
 * 409 `not_signed` for what is no webhook.
 */
export const renewSigningSecret = async (
  deps: Deps,
  { overlapSeconds, ...ref }: RenewSecretInput,
): Promise<{ subscription: Subscription; secret: Secret }> => {
  const found = await getSubscription(deps, ref);
  if (found.target.type !== 'webhook')
    throw conflict('not_signed', 'Only what is told by webhook is signed, so there is no secret to renew.');
  const version = newVersion(deps.random);
  const secret = signingSecret(deps.random.bytes(32));
  await deps.vault.put(signingSecretRef(found), version, secret);
  let oldest: string | undefined;
  const subscription = await amendSubscription(deps, ref, (current) => {
    oldest = current.secretBefore?.version;
    const { secretVersion } = current;
    const until = deps.clock.now() + overlapSeconds * 1000;
    return {
      ...current,
      secretVersion: version,
      secretBefore: secretVersion === undefined ? undefined : { version: secretVersion, until },
      version: current.version + 1,
    };
  });
  if (!subscription) {
    // It was removed meanwhile, perhaps before this secret was put: nobody else would forget it.
    await deps.vault.remove(signingSecretRef(found));
    throw notFound('subscription');
  }
  if (oldest !== undefined) await deps.vault.forget(signingSecretRef(subscription), oldest);
  if (overlapSeconds === 0) await forgetSecretBefore(deps, ref);
  return { subscription, secret };
};
