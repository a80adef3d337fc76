import * as z from 'zod';
import { OrganizationId, SubscriptionId } from '../../ids.ts';
import type { Collection, Deps, Key } from '../../ports.ts';
import { chance } from '../chance.ts';
import { Instant } from '../inputs.ts';
import type { SubscriptionRef } from './amend.ts';

const minute = 60_000;

/**
 * How many messages to one subscriber are worked on at the same time: a quarter of all workers, so that one that hangs and is not
 * yet known to be dead leaves the others theirs.
 */
const lanes = 5;

/** Longer than a worker may run. */
const longest = 3 * minute;

/** One of the lanes to a subscriber, and until when it is taken. */
const Lane = z.object({
  organizationId: OrganizationId,
  subscriptionId: SubscriptionId,
  number: z.int(),
  until: Instant,
  revision: z.int(),
});
type Lane = z.infer<typeof Lane>;

const laneKey = (of: SubscriptionRef & { readonly number: number }): Key => ({
  partition: `ORG#${of.organizationId}#SUB#${of.subscriptionId}`,
  sort: `LANE#${String(of.number)}`,
});

const laneItems: Collection<Lane> = {
  name: 'lane',
  schema: Lane,
  place: (lane) => ({ key: laneKey(lane), expiresAt: lane.until + 60 * minute }),
};

/** Whether a message to a subscriber would find a lane now. */
export const hasFreeLane = async ({ store, clock }: Deps, ref: SubscriptionRef): Promise<boolean> => {
  for (let number = 0; number < lanes; number += 1) {
    const found = await store.get(laneItems, laneKey({ ...ref, number }));
    if (!found || found.until <= clock.now()) return true;
  }
  return false;
};

/** Takes a lane that is free and runs; the lane is free again afterwards. False, and nothing is run, when none is free. */
export const inLane = async (
  deps: Deps,
  ref: SubscriptionRef,
  run: () => Promise<void>,
): Promise<boolean> => {
  const first = Math.floor(chance(deps) * lanes);
  for (let index = 0; index < lanes; index += 1) {
    const place = { ...ref, number: (first + index) % lanes };
    const found = await deps.store.get(laneItems, laneKey(place));
    const now = deps.clock.now();
    if (found && found.until > now) continue;
    const lane = { ...place, until: now + longest, revision: found?.revision ?? 0 };
    const taken = await (found ? deps.store.replace : deps.store.insert)(laneItems, lane);
    if (!taken) continue;
    try {
      await run();
    } finally {
      await deps.store.replace(laneItems, { ...taken, until: deps.clock.now() });
    }
    return true;
  }
  return false;
};
