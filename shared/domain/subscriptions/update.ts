import { invalid } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { replaceAndTell } from '../outbox.ts';
import { editedMeanwhile, expectVersion } from '../versions.ts';
import { checkSubscription } from './check.ts';
import { getSubscription } from './get.ts';
import { withoutTrouble } from './standing.ts';
import { subscriptions, type Subscription, type SubscriptionEdit } from './subscription.ts';
import { isSameTarget, type Target } from './targets/targets.ts';

/** Another digest is for what happens from now on; what was gathered is told at the end of its window all the same. */
const withDigest = (
  subscription: Subscription,
  digest: SubscriptionEdit['digest'],
  now: number,
): Subscription => {
  const next = digest ?? undefined;
  if (digest === undefined || next === subscription.digest) return subscription;
  return { ...subscription, digest: next, digestBefore: { digest: subscription.digest, until: now } };
};

/** Another place has done nothing wrong yet: what waits is told there at once. */
const withTarget = (deps: Deps, subscription: Subscription, target: Target | undefined): Subscription => {
  if (!target || isSameTarget(target, subscription.target)) return subscription;
  const begun = subscription.state === 'disabled' ? subscription : withoutTrouble(deps, subscription);
  return { ...begun, target };
};

/** What a target was opened with, its signing secret or its mailbox's yes, is of no use to one of another kind. */
const checkMove = ({ target: present }: Subscription, target: Target | undefined): void => {
  if (!target || (target.type === present.type && target.type !== 'email')) return;
  if (target.type === 'email' && present.type === 'email' && target.address === present.address) return;
  throw invalid('invalid_subscription', 'The subscription cannot work as it is.', [
    {
      path: 'body.target',
      message: 'Make a new subscription for another kind of target, or another mailbox.',
    },
  ]);
};

interface UpdateSubscriptionInput {
  readonly organizationId: string;
  readonly subscriptionId: string;
  readonly input: SubscriptionEdit;
  readonly ifMatch: string | undefined;
}

/**
 * Changes a subscription; what is left out stays. Only what is given is checked, so that a filter on what was deleted since
 * does not keep the rest from being changed. Its signing secret stays the same. Rejects with 422 `invalid_subscription`.
 */
export const updateSubscription = async (
  deps: Deps,
  { input, ifMatch, ...where }: UpdateSubscriptionInput,
): Promise<Subscription> => {
  const subscription = await getSubscription(deps, where);
  expectVersion(ifMatch, subscription.version);
  checkMove(subscription, input.target);
  await checkSubscription(deps, where.organizationId, input);
  const { filters = subscription.filters, digest, target, ...rest } = input;
  const written = await replaceAndTell(deps, subscriptions, {
    ...withDigest(withTarget(deps, subscription, target), digest, deps.clock.now()),
    ...rest,
    filters: filters ?? undefined,
    version: subscription.version + 1,
  });
  if (!written) throw editedMeanwhile();
  return written;
};
