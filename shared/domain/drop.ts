import type { Collection, Deps, Key, Stored } from '../ports.ts';

/** Removes an item, whoever writes it meanwhile. Again: nothing happens. */
export const drop = async <T extends Stored>(
  { store }: Pick<Deps, 'store'>,
  collection: Collection<T>,
  key: Key,
): Promise<void> => {
  for (;;) {
    const found = await store.get(collection, key);
    if (!found || (await store.remove(collection, found))) return;
  }
};
