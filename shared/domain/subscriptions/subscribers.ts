import type { LatchkeyEvent } from '../../events.ts';
import type { Deps } from '../../ports.ts';
import { memory } from '../memory.ts';
import { every } from '../paging.ts';
import { subscriptions, subscriptionsOf, type Subscription } from './subscription.ts';

/** Bounds how late an edit is heeded for events of before it. */
const remembered = memory<readonly Subscription[]>(5_000, 20);

/** How far the clocks of two functions may be apart. */
const skew = 1_000;

/**
 * All subscriptions that may hear of an event. One that was there before the event is among them: a list is remembered only
 * for events of before it was read. So while many events wait, the list is read once for those of a second.
 */
export const subscribersOf = (
  deps: Deps,
  { organizationId, time }: Pick<LatchkeyEvent, 'organizationId' | 'time'>,
): Promise<readonly Subscription[]> => {
  const read = async () => {
    const found: Subscription[] = [];
    const all = every(deps.store, subscriptions, subscriptionsOf(organizationId));
    for await (const subscription of all) found.push(subscription);
    return found;
  };
  const second = Math.floor(Date.parse(time) / 1000);
  if (deps.clock.now() < (second + 1) * 1000 + skew) return read();
  return remembered.recall(deps, `${organizationId}#${String(second)}`, read);
};
