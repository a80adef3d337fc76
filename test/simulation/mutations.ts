import { authKey, auths, type Auth } from '#shared/domain/auths/auth.ts';
import type { Deps, Store } from '#shared/ports.ts';
import type { WorldPorts } from './ports.ts';
import { addressOf } from './store.ts';
import type { Process } from './scheduler.ts';

/** A port that does not keep its promise: the invariants must see what comes of it. */
export interface Mutation {
  readonly name: string;
  readonly change: (deps: Deps, world: WorldPorts, process: Process) => Deps;
}

const storeWith =
  (change: (store: Store, world: WorldPorts, process: Process) => Partial<Store>): Mutation['change'] =>
  (deps, world, process) => ({ ...deps, store: { ...deps.store, ...change(deps.store, world, process) } });

/** The ways in which the ground could give way. */
export const mutations: readonly Mutation[] = [
  {
    name: 'a store that writes over what it did not read (unconditional commit)',
    change: storeWith((store, { ground }) => ({
      replace: (collection, item) => {
        const current = ground.rows.get(addressOf(collection, item))?.item;
        return store.replace(collection, { ...item, revision: current?.revision ?? item.revision });
      },
    })),
  },
  {
    name: 'a vault that keeps later than it says (commit before vault)',
    change: (deps, { scheduler }, process) => ({
      ...deps,
      vault: {
        ...deps.vault,
        put: (ref, version, value) => {
          const { generation } = process;
          scheduler.later(1_000, () => {
            if (process.generation === generation) void deps.vault.put(ref, version, value);
          });
          return Promise.resolve();
        },
      },
    }),
  },
  {
    name: 'a lease that nobody else sees (released by others)',
    change: storeWith((store, _world, process) => {
      const mine = new Set<string>();
      return {
        get: async (collection, key) => {
          const item = await store.get(collection, key);
          if (collection.name !== auths.name || !item || !('attempt' in item)) return item;
          const { id } = item.attempt as { id: string };
          return mine.has(`${process.generation}/${id}`) ? item : { ...item, attempt: undefined };
        },
        replace: (collection, item) => {
          if ('attempt' in item && item.attempt)
            mine.add(`${process.generation}/${(item.attempt as { id: string }).id}`);
          return store.replace(collection, item);
        },
      };
    }),
  },
  {
    name: 'an intent that is not written down',
    change: storeWith((store) => ({
      get: async (collection, key) => {
        const item = await store.get(collection, key);
        if (collection.name !== auths.name || !item || !('attempt' in item)) return item;
        const { until } = item.attempt as { until: number };
        return until === 0 ? { ...item, attempt: undefined } : item;
      },
    })),
  },
  {
    name: 'a vault that does not find what nothing points to yet (an answer that was kept is not looked for)',
    change: (deps, { ground }) => ({
      ...deps,
      vault: {
        ...deps.vault,
        get: async (ref, version) => {
          const { partition, sort } = authKey(ref.organizationId, ref.id);
          const auth = ground.rows.get(`${partition}\n${sort}`)?.item as Auth | undefined;
          const pointed = !auth || [auth.credential.version, auth.credential.before].includes(version);
          return pointed ? deps.vault.get(ref, version) : undefined;
        },
      },
    }),
  },
  {
    name: 'a bus that loses what it took',
    change: (deps, { scheduler }) => ({
      ...deps,
      bus: {
        publish: (events) => (scheduler.chance.happens(0.1) ? Promise.resolve() : deps.bus.publish(events)),
      },
    }),
  },
  {
    name: 'a vault that does not destroy',
    change: (deps) => ({ ...deps, vault: { ...deps.vault, remove: () => Promise.resolve() } }),
  },
  {
    name: 'a vault that forgets the version in use',
    change: (deps, { ground }) => ({
      ...deps,
      vault: {
        ...deps.vault,
        forget: async (ref) => {
          const newest = [
            ...(ground.held
              .values()
              .find((versions) => versions.size > 1)
              ?.keys() ?? []),
          ].at(-1);
          if (newest !== undefined && ref.kind === 'auth') await deps.vault.forget(ref, newest);
        },
      },
    }),
  },
  {
    name: 'a way out that sends a call twice',
    change: (deps) => ({
      ...deps,
      http: {
        send: async (request) => {
          await deps.http.send(request).catch(() => undefined);
          return deps.http.send(request);
        },
      },
    }),
  },
];
