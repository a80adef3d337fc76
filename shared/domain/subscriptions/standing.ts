import { newEvent } from '../../events.ts';
import type { Deps } from '../../ports.ts';
import { iso } from '../inputs.ts';
import { amendSubscription, type SubscriptionRef } from './amend.ts';
import { BacklogDue, SubscriptionDisabled } from './events.ts';
import type { Subscription } from './subscription.ts';
import type { Outcome } from './targets/target.ts';
import { isSameTarget } from './targets/targets.ts';
import { afterFailure, lease, longestTrouble, waitsUntil, type Disabling } from './trouble.ts';

const refOf = ({ organizationId, id }: Subscription): SubscriptionRef => ({
  organizationId,
  subscriptionId: id,
});

/** Takes the turn to try a subscriber that answers nobody. False when somebody else has it, or it is too early. */
export const takeTurn = async (deps: Deps, subscription: Subscription): Promise<boolean> => {
  if (subscription.trouble?.probeAt === undefined) return true;
  const taken = await amendSubscription(deps, refOf(subscription), (current) => {
    const now = deps.clock.now();
    if (current.state === 'disabled' || waitsUntil(current.trouble, now) !== undefined) return undefined;
    // Somebody else may have found it well meanwhile; then this writes what is there.
    if (current.trouble?.probeAt === undefined) return current;
    return { ...current, trouble: { ...current.trouble, tryingUntil: now + lease } };
  });
  return taken !== undefined;
};

/** A subscription whose trouble is over. What waits because of it is asked for with the write. */
export const withoutTrouble = (deps: Deps, subscription: Subscription): Subscription => {
  const { trouble, organizationId, id: subscriptionId } = subscription;
  if (trouble?.probeAt === undefined) return { ...subscription, trouble: undefined };
  // What was under way when it began may be of events up to three days older.
  const since = iso(Math.max(trouble.since - longestTrouble, 0));
  const data = { subscriptionId, which: 'waiting' as const, since, round: `evt_${'0'.repeat(26)}` };
  const missed = newEvent(deps, BacklogDue, { organizationId, data });
  return { ...subscription, trouble: undefined, outbox: [...subscription.outbox, missed] };
};

/** Notes that a subscriber was told; if it was in trouble, that is over, and what waits for it is told now. */
export const noteTold = async (deps: Deps, subscription: Subscription): Promise<void> => {
  const well = ({ state, trouble }: Subscription) => state !== 'awaiting_confirmation' && !trouble;
  if (well(subscription)) return;
  await amendSubscription(deps, refOf(subscription), (current) => {
    if (well(current)) return undefined;
    const state = current.state === 'awaiting_confirmation' ? 'enabled' : current.state;
    return { ...withoutTrouble(deps, current), state };
  });
};

const advice: Readonly<Record<Disabling, string>> = {
  gone: 'If the endpoint was removed on purpose, delete the subscription. Else repair it, enable the subscription, then redeliver what it has missed.',
  failing: 'Repair the subscriber, enable the subscription, then redeliver what it has missed.',
};

/** Why an outcome is the end of a subscription, if it is. */
const endOf = ({ status }: Outcome, since: number, now: number): Disabling | undefined => {
  if (status === 410) return 'gone';
  return now - since >= longestTrouble ? 'failing' : undefined;
};

/** Notes that a subscriber could not be told, which may disable it. Answers how it stands; undefined when it is gone. */
export const noteFailure = async (
  deps: Deps,
  subscription: Subscription,
  { outcome, began }: { readonly outcome: Outcome; readonly began: number },
): Promise<Subscription | undefined> => {
  const rest = outcome.restMilliseconds ?? 0;
  let standing: Subscription | undefined;
  const written = await amendSubscription(deps, refOf(subscription), (current) => {
    standing = current;
    if (current.state === 'disabled') return undefined;
    // What the place before answers is nothing against the one that was given meanwhile.
    if (!isSameTarget(current.target, subscription.target)) return undefined;
    const now = deps.clock.now();
    const trouble = afterFailure(current.trouble, { began, now, restMilliseconds: rest });
    const reason = endOf(outcome, trouble.since, now);
    if (reason === undefined) return trouble === current.trouble ? undefined : { ...current, trouble };
    const { organizationId, id: subscriptionId } = current;
    const data = { subscriptionId, reason, failingSince: iso(trouble.since), advice: advice[reason] };
    return {
      ...current,
      state: 'disabled',
      disabled: { reason, at: now },
      trouble,
      outbox: [...current.outbox, newEvent(deps, SubscriptionDisabled, { organizationId, data })],
    };
  });
  return written ?? standing;
};
