import type { Deps } from '#shared/ports.ts';
import type { Timeline } from './timeline.ts';
import type { Process, Skies } from './weather.ts';

interface World {
  readonly deps: Deps;
  readonly timeline: Timeline;
  readonly skies: Skies;
}

const never = new Promise<never>(() => undefined);

const isDead = (process: Process): boolean => process.dead;

/** The ports of one process: each awaited call may be the last. */
export const portsOf = ({ deps, timeline, skies }: World, process: Process): Deps => {
  const step = async <T>(name: string, effect: () => Promise<T>): Promise<T> => {
    if (isDead(process)) return never;
    if (skies.isSlow()) await timeline.clock.sleep(1 + skies.chance.below(50));
    const moment = skies.death(process, name);
    if (moment === 'before') skies.kill(process);
    if (isDead(process)) return never;
    const result = effect();
    await result.catch(() => undefined);
    if (moment === 'after') skies.kill(process);
    return isDead(process) ? never : result;
  };
  const { store, vault, sealer, bus, http, clock } = deps;
  return {
    ...deps,
    store: {
      get: (collection, key) => step(`get ${collection.name}`, () => store.get(collection, key)),
      insert: (collection, item) => step(`insert ${collection.name}`, () => store.insert(collection, item)),
      replace: (collection, item) =>
        step(`replace ${collection.name}`, () => store.replace(collection, item)),
      remove: (collection, item) => step(`remove ${collection.name}`, () => store.remove(collection, item)),
      list: (collection, request) => step(`list ${collection.name}`, () => store.list(collection, request)),
      due: (request) => step('due', () => store.due(request)),
    },
    vault: {
      put: (ref, version, value) => step(`put ${ref.kind}`, () => vault.put(ref, version, value)),
      get: (ref, version) => step(`get ${ref.kind}`, () => vault.get(ref, version)),
      forget: (ref, version) => step(`forget ${ref.kind}`, () => vault.forget(ref, version)),
      remove: (ref) => step(`remove ${ref.kind}`, () => vault.remove(ref)),
      removeWorkspace: (place) => step('remove workspace', () => vault.removeWorkspace(place)),
    },
    sealer,
    bus: { publish: (events) => step(`publish ${events[0]?.type ?? ''}`, () => bus.publish(events)) },
    http: { send: (request) => step('send', () => http.send(request)) },
    clock: {
      now: clock.now,
      sleep: (milliseconds) => step('sleep', () => clock.sleep(milliseconds)),
    },
  };
};
