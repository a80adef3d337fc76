import { keySealer } from '#shared/aws/sealer.ts';
import { memoryNotices } from '#shared/memory/notices.ts';
import type { LatchkeyEvent } from '#shared/events.ts';
import type { seededRandom } from '#shared/memory/random.ts';
import type { Clock, Deps, Store, Vault } from '#shared/ports.ts';
import { jsonAnswer } from '../support/watched.ts';
import { watchedStore, watchedVault, type Ground } from './ground.ts';
import type { Mutation } from './mutations.ts';
import type { Provider } from './provider.ts';
import type { PortCall, Process, Scheduler } from './scheduler.ts';
import { addressOf } from './store.ts';
import { httpOf } from './way-out.ts';
import type { Witness } from './witness.ts';

/** The ports of a world, of which each process gets its own wrapping. */
export interface WorldPorts {
  readonly ground: Ground;
  readonly scheduler: Scheduler;
  readonly provider: Provider;
  readonly witness: Witness;
  readonly random: ReturnType<typeof seededRandom>;
  readonly mutation: Mutation | undefined;
  readonly deliver: (event: LatchkeyEvent) => void;
}

type Calls = <T>(port: PortCall<T>) => Promise<T>;

const storeOf = ({ ground }: WorldPorts, inner: Store, call: Calls): Store => ({
  get: (collection, key) =>
    call({ name: `store.get ${collection.name}`, effect: () => inner.get(collection, key) }),
  insert: (collection, item) =>
    call({ name: `store.insert ${collection.name}`, effect: () => inner.insert(collection, item) }),
  replace: (collection, item) =>
    call({
      name: `store.replace ${collection.name}`,
      effect: () => inner.replace(collection, item),
      // The table's client sends again when the answer is lost, and knows its own write unless it was written over since.
      repeated: (written) => {
        const current = written && ground.rows.get(addressOf(collection, written))?.item;
        return Promise.resolve(current?.revision === written?.revision ? written : undefined);
      },
    }),
  remove: (collection, item) =>
    call({
      name: `store.remove ${collection.name}`,
      effect: () => inner.remove(collection, item),
      repeated: () => inner.remove(collection, item),
    }),
  list: (collection, request) =>
    call({ name: `store.list ${collection.name}`, effect: () => inner.list(collection, request) }),
  // A shard in which nothing will ever be due is not worth a step.
  due: (request) =>
    ground.rows.values().some(({ place, shard }) => place.due && shard === request.shard)
      ? call({ name: `store.due ${request.shard}`, effect: () => inner.due(request) })
      : Promise.resolve([]),
});

const vaultOf = ({ ground, scheduler }: WorldPorts, inner: Vault, call: Calls): Vault => ({
  get: (ref, version) =>
    call({ name: `vault.get ${ref.kind} ${version.slice(0, 6)}`, effect: () => inner.get(ref, version) }),
  put: (ref, version, value) =>
    call({
      name: `vault.put ${ref.kind} ${version.slice(0, 6)}`,
      effect: () =>
        scheduler.now() < ground.vaultDownUntil
          ? Promise.reject(new Error('The vault is down.'))
          : inner.put(ref, version, value),
      repeated: () => inner.put(ref, version, value),
    }),
  forget: (ref, version) =>
    call({ name: `vault.forget ${version.slice(0, 6)}`, effect: () => inner.forget(ref, version) }),
  remove: (ref) =>
    call({ name: 'vault.remove', effect: () => inner.remove(ref), repeated: () => inner.remove(ref) }),
  removeWorkspace: (place) =>
    call({ name: 'vault.removeWorkspace', effect: () => inner.removeWorkspace(place) }),
});

const key = Uint8Array.from({ length: 32 }, (_, place) => place);

/** The ports of one process: the shared world, each call of it a step of the simulation. */
export const depsOf = (world: WorldPorts, process: Process): Deps => {
  const { scheduler, witness, random, mutation } = world;
  const call: Calls = (port) => scheduler.call(process, port);
  const clock: Clock = {
    now: scheduler.now,
    sleep: (milliseconds) =>
      new Promise((resolve) => {
        const { generation } = process;
        scheduler.later(milliseconds, () => {
          if (process.generation === generation) resolve();
        });
      }),
  };
  const sealer = keySealer({ key: () => Promise.resolve(key), random });
  const plain: Deps = {
    store: watchedStore(world, process.name),
    vault: watchedVault(world),
    sealer,
    bus: {
      publish: (events) => {
        witness.shown('an event', events);
        witness.published(events);
        events.forEach(world.deliver);
        return Promise.resolve();
      },
    },
    http: httpOf(world, process),
    notices: memoryNotices(),
    clock,
    random,
    settings: { publicUrl: 'https://latchkey.example', plainHttp: false },
  };
  const inner = mutation ? mutation.change(plain, world, process) : plain;
  return {
    ...inner,
    store: storeOf(world, inner.store, call),
    vault: vaultOf(world, inner.vault, call),
    sealer: {
      seal: (purpose, value) =>
        call({ name: 'sealer.seal', effect: () => inner.sealer.seal(purpose, value) }),
      open: (purpose, sealed) =>
        call({ name: 'sealer.open', effect: () => inner.sealer.open(purpose, sealed) }),
    },
    bus: {
      publish: (events) =>
        call({
          name: `bus.publish ${events.map(({ type }) => type).join(', ')}`,
          effect: () => inner.bus.publish(events),
          repeated: () => inner.bus.publish(events),
        }),
    },
  };
};

/** The ports without steps and faults: what happens before the simulation, and what people do apart from it. */
export const quietDeps = (world: Omit<WorldPorts, 'mutation'>): Deps => ({
  store: watchedStore(world, 'outside'),
  vault: watchedVault(world),
  sealer: keySealer({ key: () => Promise.resolve(key), random: world.random }),
  bus: {
    publish: (events) => {
      world.witness.published(events);
      return Promise.resolve();
    },
  },
  http: {
    send: ({ body }) => {
      const { status, content } = world.provider.exchange(
        new URLSearchParams(body as string).get('code') ?? '',
        world.scheduler.now(),
      );
      return Promise.resolve(jsonAnswer(status, content));
    },
  },
  notices: memoryNotices(),
  clock: { now: world.scheduler.now, sleep: () => Promise.resolve() },
  random: world.random,
  settings: { publicUrl: 'https://latchkey.example', plainHttp: false },
});
