import { AppError } from '../errors.ts';
import type { Collection, Deps, Key } from '../ports.ts';
import { replaceAndTell, type WithOutbox } from './outbox.ts';

interface Amended<T extends WithOutbox> {
  readonly collection: Collection<T>;
  readonly key: Key;
  /** The item as the caller has just written it: tried first, and read again only if somebody else wrote since. */
  readonly known?: T | undefined;
}

const tries = 20;

/**
 * Changes an item, read again as often as somebody else is faster. `change` gets the newest state and answers the next one,
 * or undefined when there is nothing to do any more; then undefined is the answer. It may be asked several times.
 * Rejects with 503 `too_contended`.
 */
export const amend = async <T extends WithOutbox>(
  deps: Deps,
  { collection, key, known }: Amended<T>,
  change: (item: T) => T | undefined,
): Promise<T | undefined> => {
  const fromKnown = known && change(known);
  const atOnce = fromKnown && (await replaceAndTell(deps, collection, fromKnown));
  if (atOnce) return atOnce;
  for (let round = 0; round < tries; round += 1) {
    const item = await deps.store.get(collection, key);
    const next = item && change(item);
    if (!next) return undefined;
    const written = await replaceAndTell(deps, collection, next);
    if (written) return written;
  }
  throw new AppError(
    503,
    'too_contended',
    `Too many writers met on this ${collection.name}. Repeat the call.`,
  );
};
