import { AppError } from '#shared/errors.ts';
import type { LatchkeyEvent } from '#shared/events.ts';
import type { Deps } from '#shared/ports.ts';
import { mortalDeps, type Course } from './mortal.ts';
import { depsOf, type WorldPorts } from './ports.ts';
import { reactions, type Reaction } from './reactions.ts';
import type { Process } from './scheduler.ts';
import type { World } from './world.ts';

const minute = 60_000;
const mostDeliveries = 5;

interface Work {
  readonly name: string;
  readonly run: (deps: Deps) => Promise<unknown>;
  readonly failed?: () => void;
  readonly done?: (value: unknown) => void;
  /** Where it may die; absent for work that nothing happens to. */
  readonly course?: Course | undefined;
}

/** Each piece of work in a process of its own, and the queue from which reactions are fed. */
export const invocationsOf = (world: World, courseOfReaction: () => Course | undefined) => {
  const { scheduler, provider, note, breaks } = world;
  const under = new Set<{ readonly name: string; readonly process: Process }>();
  const taken = new Map<string, LatchkeyEvent>();
  let count = 0;
  let spending: (() => void) | undefined;

  const deliver = (event: LatchkeyEvent) => {
    note(() => `told: ${event.type} ${JSON.stringify(event.data['cause'] ?? event.data['code'] ?? '')}`);
    taken.set(event.id, event);
    const react = reactions[event.type];
    if (react) scheduler.later(scheduler.chance.below(2_000), () => message(event, react, 1));
  };

  const ports: WorldPorts = {
    ...world.shared,
    mutation: world.mutation,
    deliver,
    provider: {
      ...provider,
      renew: (call, now) => {
        const answer = provider.renew(call, now);
        spending?.();
        spending = undefined;
        return answer;
      },
    },
  };

  const begun = (_index: number, { name, run, failed, done, course }: Work) => {
    count += 1;
    const process: Process = { name: `p${String(count)}`, generation: 0 };
    const plain = depsOf(ports, process);
    const onSpending = (act: () => void) => {
      spending = act;
    };
    const tokenCalls = () => provider.state.calls.length;
    const deps = course ? mortalDeps(plain, { process, scheduler, course, tokenCalls, onSpending }) : plain;
    note(() => `${process.name} begins: ${name}`);
    const work = { name, process };
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
        if (!(error instanceof AppError))
          breaks(`${name} fails: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
        failed?.();
      },
    );
    return { process, generation: 0 };
  };

  const message = (event: LatchkeyEvent, react: Reaction, tries: number) => {
    let ended = false;
    const again = () => {
      if (!ended && tries < mostDeliveries) message(event, react, tries + 1);
      else if (!ended) breaks(`${event.type} was delivered in vain for the last time`);
      ended = true;
    };
    const { process } = begun(0, {
      name: `${event.type} (${String(tries)})`,
      run: (deps) => react(deps, event),
      failed: () => scheduler.later(30_000, again),
      done: () => (ended = true),
      course: courseOfReaction(),
    });
    // The queue shows a message again that nobody has answered.
    scheduler.later(15 * minute, () => {
      if (process.generation > 0) again();
    });
  };

  return {
    begun,
    /** What the bus has taken, each event once however often it was told. */
    taken: () => [...taken.values()],
    /** What was begun and does not end, though nobody has died over it. */
    stuck: () => [...under].filter(({ process }) => process.generation === 0),
  };
};

export type Invocations = ReturnType<typeof invocationsOf>;
