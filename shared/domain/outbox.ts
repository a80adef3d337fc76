import type { LatchkeyEvent } from '../events.ts';
import type { Collection, Deps, Stored } from '../ports.ts';

/** An item that carries the events of its last write until the bus has taken them (ADR 0005). */
export interface WithOutbox extends Stored {
  readonly outbox: readonly LatchkeyEvent[];
}

/** The writer publishes at once; only after this long does the sweep take it that the writer is gone. */
const patience = 60_000;

/** When the sweep must look after an outbox: a minute after its first event. */
export const outboxDue = (item: WithOutbox) => {
  const first = item.outbox[0];
  return first && { at: Date.parse(first.time) + patience, act: 'outbox' };
};

/** Publishes what an item carries and clears it. What the bus does not take stays, and the sweep tries again. */
export const flush = async <T extends WithOutbox>(
  deps: Deps,
  collection: Collection<T>,
  item: T,
): Promise<T> => {
  if (item.outbox.length === 0) return item;
  try {
    await deps.bus.publish(item.outbox);
  } catch {
    return item;
  }
  return (await deps.store.replace(collection, { ...item, outbox: [] })) ?? item;
};

/** Writes over what was read, state and events in one; undefined when somebody else was first. */
export const replaceAndTell = async <T extends WithOutbox>(
  deps: Deps,
  collection: Collection<T>,
  item: T,
): Promise<T | undefined> => {
  const written = await deps.store.replace(collection, item);
  return written && flush(deps, collection, written);
};

/** The same for a new item; undefined when its place is taken. */
export const insertAndTell = async <T extends WithOutbox>(
  deps: Deps,
  collection: Collection<T>,
  item: T,
): Promise<T | undefined> => {
  const written = await deps.store.insert(collection, item);
  return written && flush(deps, collection, written);
};
