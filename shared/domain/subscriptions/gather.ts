import * as z from 'zod';
import type { LatchkeyEvent } from '../../events.ts';
import { AuthId, newId, ServiceId } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import { putInBucket, type GatheredEvent } from './digest-bucket.ts';
import { composedAt, digestKey, digestWindows, windowAt } from './digest.ts';
import type { Digest } from './subscription.ts';

/** What is not there, or null, is nothing that could be counted. */
const Told = z.looseObject({
  authId: AuthId.optional().catch(undefined),
  serviceId: ServiceId.optional().catch(undefined),
  cause: z.string().optional().catch(undefined),
});

const gathered = ({ id, type, time, data }: LatchkeyEvent): GatheredEvent => {
  const { authId, serviceId, cause } = Told.parse(data);
  return { id, type, time, authId, serviceId, cause };
};

type Window = ReturnType<typeof windowAt>;

/** Sees to it that a window will be composed. */
const open = async (
  deps: Deps,
  { organizationId, subscriptionId, window }: GatherPlace & { readonly window: Window },
): Promise<void> => {
  const { digestId, ...span } = window;
  if (await deps.store.get(digestWindows, digestKey({ organizationId, subscriptionId, digestId }))) return;
  const dueAt = composedAt(window.to, deps.clock.now());
  // Deliveries are found by the time in the ids of their events, and this event happens when it is composed.
  const clock = { ...deps.clock, now: () => dueAt };
  await deps.store.insert(digestWindows, {
    ...span,
    organizationId,
    subscriptionId,
    eventId: newId('event', { clock, random: deps.random }),
    dueAt,
    revision: 0,
  });
};

interface GatherPlace {
  readonly organizationId: string;
  readonly subscriptionId: string;
}

interface GatherInput {
  readonly subscriptionId: string;
  readonly digest: Digest;
  readonly event: LatchkeyEvent;
}

/**
 * Keeps an event for the digest of the hour or day in which it happened; when that was composed without it, for the first one
 * after it that was not. Again, and from whichever process: it is found where it is, so it is counted once.
 */
export const gather = async (deps: Deps, { subscriptionId, digest, event }: GatherInput): Promise<void> => {
  const { organizationId } = event;
  const entry = gathered(event);
  for (let ahead = 0; ; ahead += 1) {
    const window = windowAt(digest, Date.parse(event.time), ahead);
    await open(deps, { organizationId, subscriptionId, window });
    const { digestId, to } = window;
    if (await putInBucket(deps, { organizationId, subscriptionId, digestId, to }, entry)) return;
  }
};
