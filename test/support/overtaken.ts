import type { Deps, Store } from '#shared/ports.ts';

/** Between which read and which write of a process something else happens: right before it does this with an item of that kind. */
interface Moment {
  readonly before: 'insert' | 'replace' | 'remove' | 'get';
  readonly of: string;
}

/** Another process, to which something happens once in the middle of what it does. `happened` tells whether it came to that. */
export const overtaken = (deps: Deps, { before, of }: Moment, act: () => Promise<unknown>) => {
  let happened = false;
  const wait = async (verb: Moment['before'], collection: string): Promise<void> => {
    if (happened || verb !== before || collection !== of) return;
    happened = true;
    await act();
  };
  const { store: inner } = deps;
  const store: Store = {
    ...inner,
    get: async (collection, key) => {
      await wait('get', collection.name);
      return inner.get(collection, key);
    },
    insert: async (collection, item) => {
      await wait('insert', collection.name);
      return inner.insert(collection, item);
    },
    replace: async (collection, item) => {
      await wait('replace', collection.name);
      return inner.replace(collection, item);
    },
    remove: async (collection, item) => {
      await wait('remove', collection.name);
      return inner.remove(collection, item);
    },
  };
  return { deps: { ...deps, store }, happened: () => happened };
};
