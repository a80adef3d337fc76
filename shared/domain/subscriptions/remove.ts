import type { Deps } from '../../ports.ts';
import { editedMeanwhile, expectVersion } from '../versions.ts';
import { getSubscription } from './get.ts';
import { signingSecretRef } from './signing-secret.ts';
import { subscriptions } from './subscription.ts';

interface RemoveSubscriptionInput {
  readonly organizationId: string;
  readonly subscriptionId: string;
  readonly ifMatch: string | undefined;
}

/** Ends a subscription; what is still to be told to it is not told. */
export const removeSubscription = async (
  deps: Deps,
  { ifMatch, ...where }: RemoveSubscriptionInput,
): Promise<void> => {
  const subscription = await getSubscription(deps, where);
  expectVersion(ifMatch, subscription.version);
  if (!(await deps.store.remove(subscriptions, subscription))) throw editedMeanwhile();
  await deps.vault.remove(signingSecretRef(subscription));
  if (subscription.mailTopic !== undefined) await deps.notices.closeMail(subscription.mailTopic);
};
