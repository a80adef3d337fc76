import * as z from 'zod';
import { Unsealable, type Deps } from '../../ports.ts';

const failures = new WeakSet<object>();

/** A port that cannot make sense of what it has read works: it is what was read that is broken. */
const isOfData = (error: object): boolean => error instanceof z.ZodError || error instanceof Unsealable;

const heard = <T>(work: Promise<T>): Promise<T> =>
  work.catch((error: unknown) => {
    if (typeof error === 'object' && error !== null && !isOfData(error)) failures.add(error);
    throw error;
  });

const known = new WeakMap<Deps, Deps>();

const witness = (deps: Deps): Deps => {
  const { store, vault, sealer, bus } = deps;
  return {
    ...deps,
    store: {
      get: (collection, key) => heard(store.get(collection, key)),
      insert: (collection, item) => heard(store.insert(collection, item)),
      replace: (collection, item) => heard(store.replace(collection, item)),
      remove: (collection, item) => heard(store.remove(collection, item)),
      list: (collection, request) => heard(store.list(collection, request)),
      due: (request) => heard(store.due(request)),
    },
    vault: {
      put: (ref, version, value) => heard(vault.put(ref, version, value)),
      get: (ref, version) => heard(vault.get(ref, version)),
      forget: (ref, version) => heard(vault.forget(ref, version)),
      remove: (ref) => heard(vault.remove(ref)),
      removeWorkspace: (place) => heard(vault.removeWorkspace(place)),
    },
    sealer: {
      seal: (purpose, value) => heard(sealer.seal(purpose, value)),
      open: (purpose, sealed) => heard(sealer.open(purpose, sealed)),
    },
    bus: { publish: (events) => heard(bus.publish(events)) },
  };
};

/** The same ports, which remember what they have failed by. Always the same for the same ports, so that flights are shared. */
export const witnessed = (deps: Deps): Deps => {
  const found = known.get(deps) ?? witness(deps);
  known.set(deps, found);
  return found;
};

/**
 * Whether an error came from a witnessed port that failed, itself or as the cause of another: an outage or a throttle, of
 * which no auth is the cause. An item that does not parse and a sealed text that does not open are none.
 */
export const isPortFailure = (error: unknown): boolean => {
  for (let at = error; typeof at === 'object' && at !== null; at = at instanceof Error ? at.cause : undefined)
    if (failures.has(at)) return true;
  return false;
};
