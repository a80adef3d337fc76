import type { Deps } from '../../ports.ts';
import { sideBySide } from '../side-by-side.ts';
import type { SubscriptionRef } from './amend.ts';
import { deliver, dueDelivery } from './deliver.ts';
import { hasFreeLane, inLane } from './lane.ts';
import { callNext, standInLine } from './line.ts';

/** To one subscriber at the same time, of one message. Four rounds of the longest tries fit into a worker's time. */
const most = 25;

interface Place {
  readonly subscriptionId: string;
  readonly eventId: string;
}

/** Lets what is due stand in line. Whether somebody is left who calls it is to be looked at only then. */
const standAside = async (deps: Deps, ref: SubscriptionRef, eventIds: readonly string[]): Promise<void> => {
  await sideBySide(
    eventIds,
    async (eventId) => {
      const delivery = await dueDelivery(deps, { ...ref, eventId });
      if (delivery) await standInLine(deps, delivery);
    },
    most,
  );
  if (await hasFreeLane(deps, ref)) await callNext(deps, ref);
};

/** What is due to one subscriber; when too many are at it already, whoever is done first asks for it. */
const deliverTo = async (deps: Deps, ref: SubscriptionRef, eventIds: readonly string[]): Promise<void> => {
  const found: string[] = [];
  const failures: unknown[] = [];
  await sideBySide(
    eventIds,
    async (eventId) => {
      if (await dueDelivery(deps, { ...ref, eventId })) found.push(eventId);
    },
    most,
  ).catch((error: unknown) => failures.push(error));
  // A message that comes again finds nothing due, and writes nothing.
  if (found.length > 0) {
    const run = () => sideBySide(found, (eventId) => deliver(deps, { ...ref, eventId }), most);
    const served = await inLane(deps, ref, run).catch((error: unknown) => {
      failures.push(error);
      return true;
    });
    await (served ? callNext(deps, ref) : standAside(deps, ref, found));
  }
  if (failures.length > 0)
    throw new AggregateError(failures, 'Some deliveries could not be read or written.');
};

interface DeliverAllInput {
  readonly organizationId: string;
  readonly places: readonly Place[];
}

/** Tells subscribers, all at once, of what is still to be told to each. Is done only when all have been told or not. */
export const deliverAll = async (deps: Deps, { organizationId, places }: DeliverAllInput): Promise<void> => {
  const each = Object.entries(Object.groupBy(places, ({ subscriptionId }) => subscriptionId));
  await sideBySide(
    each,
    ([subscriptionId, to = []]) =>
      deliverTo(
        deps,
        { organizationId, subscriptionId },
        to.map(({ eventId }) => eventId),
      ),
    each.length,
  );
};
