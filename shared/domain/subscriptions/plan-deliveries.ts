import { patternTakes, type LatchkeyEvent } from '../../events.ts';
import type { Deps } from '../../ports.ts';
import { isNews } from '../events.ts';
import { sideBySide } from '../side-by-side.ts';
import { filterOf } from './filter-of.ts';
import { gather } from './gather.ts';
import { planDelivery } from './plan-delivery.ts';
import { subscribersOf } from './subscribers.ts';
import type { Digest, Subscription } from './subscription.ts';

const wants = ({ events }: Subscription, type: string): boolean =>
  events.some((pattern) => patternTakes(pattern, type));

/** The digest that an event belongs to: the one that was asked for when it happened. */
const digestFor = ({ digest, digestBefore }: Subscription, { time }: LatchkeyEvent): Digest | undefined =>
  digestBefore && Date.parse(time) < digestBefore.until ? digestBefore.digest : digest;

/**
 * Plans one delivery of an event for each subscription that wants it, or gathers it for the digest of that, and asks for each
 * apart, so that a dead subscriber delays no other. Told twice, an event is planned once. What cannot be planned, since the
 * auth that its filter asks for cannot be read, keeps no other from being planned; then it rejects, so that the message comes again.
 */
export const planDeliveries = async (deps: Deps, event: LatchkeyEvent): Promise<void> => {
  if (!isNews(event.type)) return;
  const subscribers = await subscribersOf(deps, event);
  const fits = filterOf(deps, event);
  const wanting = subscribers.filter((subscription) => wants(subscription, event.type));
  await sideBySide(wanting, async (subscription) => {
    if (!(await fits(subscription))) return;
    const digest = digestFor(subscription, event);
    const subscriptionId = subscription.id;
    await (digest === undefined
      ? planDelivery(deps, { subscriptionId, event })
      : gather(deps, { subscriptionId, digest, event }));
  });
};
