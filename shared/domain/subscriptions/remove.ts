import type { Deps } from '../../ports.ts';
import { editedMeanwhile, expectVersion } from '../versions.ts';
import { getSubscription } from './get.ts';
import { signingSecretRef } from './signing-secret.ts';
import { subscriptionKey, subscriptions, type Subscription } from './subscription.ts';

interface RemoveSubscriptionInput {
  readonly organizationId: string;
  readonly subscriptionId: string;
  readonly ifMatch: string | undefined;
}

/** Removes what a subscription has elsewhere, then itself: again, when somebody wrote to it meanwhile and may have left something. */
const removeWholly = async (deps: Deps, { organizationId, id }: Subscription): Promise<void> => {
  for (;;) {
    const found = await deps.store.get(subscriptions, subscriptionKey(organizationId, id));
    if (!found) return;
    await deps.vault.remove(signingSecretRef(found));
    if (found.mailTopic !== undefined) await deps.notices.closeMail(found.mailTopic);
    if (await deps.store.remove(subscriptions, found)) return;
  }
};

/**
 * Ends a subscription; what is still to be told to it is not told. When a step fails it stays, disabled and in the version that
 * it had, and the same call finishes it.
 */
export const removeSubscription = async (
  deps: Deps,
  { ifMatch, ...where }: RemoveSubscriptionInput,
): Promise<void> => {
  const subscription = await getSubscription(deps, where);
  expectVersion(ifMatch, subscription.version);
  const disabled: Subscription = { ...subscription, state: 'disabled' };
  if (!(await deps.store.replace(subscriptions, disabled))) throw editedMeanwhile();
  await removeWholly(deps, subscription);
};
