import { notFound } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { amendSubscription, type SubscriptionRef } from './amend.ts';
import { getSubscription } from './get.ts';
import type { Subscription } from './subscription.ts';

/** How a subscription begins anew: a recipient of e-mail who has not confirmed, or has unsubscribed, is asked again. */
const opened = async (deps: Deps, { id, target, mailTopic }: Subscription) => {
  if (target.type !== 'email') return { state: 'enabled' as const };
  if (mailTopic !== undefined && (await deps.notices.mailConfirmed(mailTopic)))
    return { state: 'enabled' as const };
  const asked = await deps.notices.openMail(id, target.address);
  return { state: 'awaiting_confirmation' as const, mailTopic: asked };
};

/** Turns a subscription on again; what it has missed is told only when that is asked for. 404 `subscription_not_found`. */
export const enableSubscription = async (deps: Deps, ref: SubscriptionRef): Promise<Subscription> => {
  const subscription = await getSubscription(deps, ref);
  if (subscription.state !== 'disabled') return subscription;
  const parts = await opened(deps, subscription);
  const enabled = await amendSubscription(deps, ref, (current) => ({
    ...current,
    ...parts,
    disabled: undefined,
    trouble: undefined,
    version: current.version + 1,
  }));
  if (!enabled) throw notFound('subscription');
  return enabled;
};
