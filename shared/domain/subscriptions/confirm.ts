import { NoticeFailure, type Deps } from '../../ports.ts';
import type { SubscriptionRef } from './amend.ts';
import { getSubscription } from './get.ts';
import { noteTold } from './standing.ts';
import type { Subscription } from './subscription.ts';

/** The subscription; of one that awaits the recipient's yes, first looks whether that has come, and then tells what waits for it. */
export const learnConfirmation = async (deps: Deps, ref: SubscriptionRef): Promise<Subscription> => {
  const subscription = await getSubscription(deps, ref);
  const { state, mailTopic } = subscription;
  if (state !== 'awaiting_confirmation' || mailTopic === undefined) return subscription;
  try {
    if (!(await deps.notices.mailConfirmed(mailTopic))) return subscription;
  } catch (error) {
    if (error instanceof NoticeFailure) return subscription;
    throw error;
  }
  await noteTold(deps, subscription);
  return getSubscription(deps, ref);
};
