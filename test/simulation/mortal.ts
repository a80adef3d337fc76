import type { Deps, Http, IncomingResponse } from '#shared/ports.ts';
import type { Process, Scheduler } from './scheduler.ts';

/**
 * A moment of a port call at which its caller can die: before it takes effect, or after its effect and before the answer is
 * heard. A call to the provider can also be under way still, or have been granted and its answer be under way.
 */
type Moment = 'before' | 'under way' | 'spent' | 'after';

/** Where a process dies: at a port call, counted from 1. */
export interface Death {
  readonly call: number;
  readonly moment: Moment;
}

/** One awaited call, and the moments at which its caller could have died over it. */
interface Awaited {
  readonly name: string;
  readonly moments: readonly Moment[];
}

/** All that is awaited in one piece of work, whichever processes do it, and where one of them dies over it. */
export interface Course {
  readonly awaited: Awaited[];
  readonly death: Death | undefined;
  /** When it died, and how often a renewal had been asked for by then. */
  died: { readonly at: number; readonly tokenCalls: number } | undefined;
}

export const courseWith = (death: Death | undefined): Course => ({ awaited: [], death, died: undefined });

/** Every death that a course leaves room for. */
export const deathsOf = ({ awaited }: Course): Death[] =>
  awaited.flatMap(({ moments }, index) => moments.map((moment) => ({ call: index + 1, moment })));

/** A death in words, without the number of the call. */
export const nameOf = ({ awaited }: Course, { call, moment }: Death): string =>
  `${moment} ${awaited[call - 1]?.name ?? 'nothing'}`;

interface Life {
  readonly process: Process;
  readonly scheduler: Scheduler;
  readonly course: Course;
  readonly tokenCalls: () => number;
  /** Has something done in the moment in which the provider grants the next renewal. */
  readonly onSpending: (act: () => void) => void;
}

const never = new Promise<never>(() => undefined);
const usual: readonly Moment[] = ['before', 'after'];

/** Ports whose caller dies where its course says so. */
export const mortalDeps = (deps: Deps, life: Life): Deps => {
  const { process, scheduler, course } = life;
  const born = process.generation;
  const { store, vault, sealer, bus, http, clock } = deps;

  const die = () => {
    course.died = { at: scheduler.now(), tokenCalls: life.tokenCalls() };
    scheduler.crash(process);
  };

  const step = async <T>(name: string, effect: () => Promise<T>, moments = usual): Promise<T> => {
    if (process.generation !== born) return never;
    course.awaited.push({ name, moments });
    const { death } = course;
    const moment = death?.call === course.awaited.length ? death.moment : undefined;
    if (moment === 'before') {
      die();
      return never;
    }
    if (moment === 'spent') life.onSpending(die);
    const result = effect();
    if (moment === 'under way') die();
    await result.catch(() => undefined);
    if (moment === 'after') die();
    return process.generation === born ? result : never;
  };

  const read = async function* ({ body }: IncomingResponse) {
    const whole = async () => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of body) chunks.push(chunk);
      return chunks;
    };
    yield* await step('http.body', whole);
  };
  const send: Http['send'] = async (request) => {
    const answer = await step('http.send', () => http.send(request), [
      'before',
      'under way',
      'spent',
      'after',
    ]);
    return { ...answer, body: read(answer) };
  };

  return {
    ...deps,
    store: {
      get: (collection, key) => step(`store.get ${collection.name}`, () => store.get(collection, key)),
      insert: (collection, item) =>
        step(`store.insert ${collection.name}`, () => store.insert(collection, item)),
      replace: (collection, item) =>
        step(`store.replace ${collection.name}`, () => store.replace(collection, item)),
      remove: (collection, item) =>
        step(`store.remove ${collection.name}`, () => store.remove(collection, item)),
      list: (collection, request) =>
        step(`store.list ${collection.name}`, () => store.list(collection, request)),
      due: (request) => step('store.due', () => store.due(request)),
    },
    vault: {
      put: (ref, version, value) => step(`vault.put ${ref.kind}`, () => vault.put(ref, version, value)),
      get: (ref, version) => step(`vault.get ${ref.kind}`, () => vault.get(ref, version)),
      forget: (ref, version) => step(`vault.forget ${ref.kind}`, () => vault.forget(ref, version)),
      remove: (ref) => step(`vault.remove ${ref.kind}`, () => vault.remove(ref)),
      removeWorkspace: (place) => step('vault.removeWorkspace', () => vault.removeWorkspace(place)),
    },
    sealer: {
      seal: (purpose, value) => step('sealer.seal', () => sealer.seal(purpose, value)),
      open: (purpose, sealed) => step('sealer.open', () => sealer.open(purpose, sealed)),
    },
    bus: { publish: (events) => step('bus.publish', () => bus.publish(events)) },
    http: { send },
    clock: {
      now: clock.now,
      sleep: (milliseconds) => step('clock.sleep', () => clock.sleep(milliseconds)),
    },
  };
};
