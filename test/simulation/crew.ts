import type { Auth } from '#shared/domain/auths/auth.ts';
import { AppError } from '#shared/errors.ts';
import type { LatchkeyEvent } from '#shared/events.ts';
import type { Deps } from '#shared/ports.ts';
import type { Plan } from './plan.ts';
import { depsOf, type WorldPorts } from './ports.ts';
import { longestAnswer } from './provider.ts';
import { reactions, type Reaction } from './reactions.ts';
import type { Process } from './scheduler.ts';
import { accessTokenIn } from './witness.ts';
import type { World } from './world.ts';

const minute = 60_000;
const mostDeliveries = 5;

/** A mistake in the product, whatever the ports did. */
const isMistake = (error: unknown): boolean =>
  error instanceof AggregateError
    ? error.errors.some(isMistake)
    : ['TypeError', 'RangeError', 'ReferenceError', 'ZodError'].includes(
        error instanceof Error ? error.name : '',
      );

interface Worker {
  readonly process: Process;
  generation: number;
  deps: Deps;
}

/** The workers, and the queue from which they are fed. */
export const crewOf = (world: World, plan: Plan) => {
  const { scheduler, note, breaks, held, provider } = world;
  const { chance } = scheduler;
  const under = new Set<{ readonly name: string; readonly process: Process; readonly generation: number }>();
  let calm = false;

  const deliver = (event: LatchkeyEvent) => {
    note(() => `told: ${event.type} ${JSON.stringify(event.data['cause'] ?? event.data['code'] ?? '')}`);
    const react = reactions[event.type];
    if (!react) return;
    const twice = !calm && chance.happens(0.1);
    for (let copy = 0; copy < (twice ? 2 : 1); copy += 1)
      scheduler.later(chance.below(2_000), () => message(event, react, 1));
  };

  const ports: WorldPorts = { ...world.shared, mutation: world.mutation, deliver };
  const workers = Array.from({ length: plan.processes }, (_, index): Worker => {
    const process: Process = { name: `p${String(index)}`, generation: 0 };
    return { process, generation: 0, deps: depsOf(ports, process) };
  });

  /** The worker, or the one that has taken its place. */
  const at = (index: number): Worker => {
    const worker = workers[index % workers.length]!;
    if (worker.generation !== worker.process.generation) {
      worker.generation = worker.process.generation;
      worker.deps = depsOf(ports, worker.process);
    }
    return worker;
  };

  interface Work {
    readonly name: string;
    readonly run: (deps: Deps) => Promise<unknown>;
    readonly failed?: () => void;
    readonly done?: (value: unknown) => void;
  }

  const begun = (index: number, { name, run, failed, done }: Work) => {
    const { process, deps } = at(index);
    const { generation } = process;
    note(() => `${process.name} begins: ${name}`);
    const work = { name, process, generation };
    under.add(work);
    run(deps).then(
      (value) => {
        under.delete(work);
        note(() => `${process.name} ends: ${name}`);
        done?.(value);
      },
      (error: unknown) => {
        under.delete(work);
        note(
          () => `${process.name} ends: ${name}: ${error instanceof AppError ? error.code : String(error)}`,
        );
        if (isMistake(error) || (calm && !(error instanceof AppError)))
          breaks(`${name} fails: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
        failed?.();
      },
    );
    return { process, generation };
  };

  const message = (event: LatchkeyEvent, react: Reaction, tries: number) => {
    let ended = false;
    const again = () => {
      if (!ended && tries < mostDeliveries) message(event, react, tries + 1);
      ended = true;
    };
    const { process, generation } = begun(chance.below(workers.length), {
      name: `${event.type} (${String(tries)})`,
      run: (deps) => react(deps, event),
      failed: () => scheduler.later(30_000, again),
      done: () => (ended = true),
    });
    // The queue shows a message again that nobody has answered.
    scheduler.later(15 * minute, () => {
      if (process.generation !== generation) again();
    });
  };

  /** What a caller is given must be good for a call. */
  const served = (startedAt: number) => (value: unknown) => {
    const auth = value as Auth;
    const kept = held(auth)?.get(auth.credential.version);
    const token = accessTokenIn(kept);
    if (token === undefined) return;
    const grant = provider.grantOfAccess(token);
    // The product counts a token's life from when its answer came.
    if (grant?.alive && !provider.takes(token, startedAt - longestAnswer))
      breaks('a caller is given a token that is over');
  };

  return {
    workers,
    begun,
    served,
    /** What was begun and does not end, though nobody has died over it. */
    stuck: () => [...under].filter(({ process, generation }) => process.generation === generation),
    calm: () => {
      calm = true;
      scheduler.calm();
    },
  };
};

export type Crew = ReturnType<typeof crewOf>;
