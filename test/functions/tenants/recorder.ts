import type { Deps, Key, Stored } from '#shared/ports.ts';
import type { Collection } from '#shared/ports.ts';

/** One thing that was asked of the store, and whose partition it was. */
export interface Asked {
  readonly act: string;
  readonly collection: string;
  readonly partition: string;
}

/** The same ports, which write down every partition of the store and every owner of a secret that is asked for. */
export const recorded = (deps: Deps) => {
  const asked: Asked[] = [];
  const owners: string[] = [];
  const { store, vault } = deps;
  const note = (act: string, collection: { readonly name: string }, { partition }: Pick<Key, 'partition'>) =>
    asked.push({ act, collection: collection.name, partition });
  /** An item is written to its own place and to the lists that it is a member of. */
  const noteItem = <T extends Stored>(act: string, collection: Collection<T>, item: T) => {
    const { key, listed, grouped, ranked } = collection.place(item);
    for (const place of [key, listed, grouped, ranked]) if (place) note(act, collection, place);
  };
  const recording: Deps = {
    ...deps,
    store: {
      get: (collection, key) => {
        note('get', collection, key);
        return store.get(collection, key);
      },
      list: (collection, request) => {
        note('list', collection, request);
        return store.list(collection, request);
      },
      insert: (collection, item) => {
        noteItem('insert', collection, item);
        return store.insert(collection, item);
      },
      replace: (collection, item) => {
        noteItem('replace', collection, item);
        return store.replace(collection, item);
      },
      remove: (collection, item) => {
        noteItem('remove', collection, item);
        return store.remove(collection, item);
      },
      due: (request) => store.due(request),
    },
    vault: {
      put: (ref, version, value) => {
        owners.push(ref.organizationId);
        return vault.put(ref, version, value);
      },
      get: (ref, version) => {
        owners.push(ref.organizationId);
        return vault.get(ref, version);
      },
      forget: (ref, version) => {
        owners.push(ref.organizationId);
        return vault.forget(ref, version);
      },
      removeWorkspace: (place) => {
        owners.push(place.organizationId);
        return vault.removeWorkspace(place);
      },
      remove: (ref) => {
        owners.push(ref.organizationId);
        return vault.remove(ref);
      },
    },
  };
  return { deps: recording, asked, owners };
};
