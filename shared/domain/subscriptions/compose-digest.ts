import { newEvent } from '../../events.ts';
import type { Deps } from '../../ports.ts';
import { iso } from '../inputs.ts';
import { shutBuckets, type GatheredEvent } from './digest-bucket.ts';
import { digestKey, digestWindows, type DigestRef } from './digest.ts';
import { DigestComposed } from './events.ts';
import { planDelivery } from './plan-delivery.ts';
import { subscriptionKey, subscriptions } from './subscription.ts';

const mostSamples = 20;
const mostServices = 50;

/** How often each value is there, the most frequent first. */
const counted = (values: readonly (string | undefined)[]): readonly (readonly [string, number])[] => {
  const counts = new Map<string, number>();
  for (const value of values) if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([one, left], [other, right]) => right - left || (one < other ? -1 : 1));
};

const summaryOf = (events: readonly GatheredEvent[]) => {
  const services = counted(events.map(({ serviceId }) => serviceId));
  return {
    count: events.length,
    countsByType: Object.fromEntries(counted(events.map(({ type }) => type))),
    countsByCause: Object.fromEntries(counted(events.map(({ cause }) => cause))),
    countsByService: Object.fromEntries(services.slice(0, mostServices)),
    otherServices: Math.max(0, services.length - mostServices),
    sample: events.slice(0, mostSamples).map(({ id, type, time, authId = null, serviceId = null }) => ({
      id,
      type,
      time,
      authId,
      serviceId,
    })),
  };
};

/**
 * Makes the one message of a window whose time has come, and plans its delivery. Its buckets are shut first: from then on
 * what it tells is always the same, so that it may be composed again, or by two at once (ADR 0023). Empty, it is not told.
 */
export const composeDigest = async (deps: Deps, ref: DigestRef): Promise<void> => {
  const window = await deps.store.get(digestWindows, digestKey(ref));
  if (window?.dueAt === undefined || window.dueAt > deps.clock.now()) return;
  const { organizationId, subscriptionId, digestId } = ref;
  const events = await shutBuckets(deps, { ...ref, to: window.to });
  const there = await deps.store.get(subscriptions, subscriptionKey(organizationId, subscriptionId));
  if (there && events.length > 0) {
    const data = {
      digest: window.digest,
      from: iso(window.from),
      to: iso(window.to),
      ...summaryOf(events),
      link: `${deps.settings.publicUrl}/v1/subscriptions/${subscriptionId}/digests/${digestId}/events`,
    };
    const event = { ...newEvent(deps, DigestComposed, { organizationId, data }), id: window.eventId };
    await planDelivery(deps, { subscriptionId, event });
  }
  await deps.store.replace(digestWindows, { ...window, dueAt: undefined });
};
