import { chanceOf } from './chance.ts';
import { noFaults, type Faults, type Plan } from './plan.ts';

/** What a port throws because the plan says so. */
class Injected extends Error {}

/** A worker: its memory is gone with its generation. */
export interface Process {
  readonly name: string;
  generation: number;
}

interface Task {
  readonly at: number;
  readonly run: () => void;
}

interface Outcome<T> {
  readonly resolve: (value: T | PromiseLike<T>) => void;
  readonly reject: (error: unknown) => void;
}

/** One call of a port. */
export interface PortCall<T> {
  readonly name: string;
  readonly effect: () => Promise<T>;
  /** What the caller hears when the request was sent twice; absent where once is all that can be. */
  readonly repeated?: (first: T) => Promise<T>;
  readonly harmless?: boolean;
}

/** What the scheduler tells of: for the trace. */
export type Note = (text: () => string) => void;

const turn = () =>
  new Promise<void>((resolve) => {
    setImmediate(resolve);
  });

/** Virtual time, and the seeded order in which everything goes on that waits. */
export const schedulerOf = (plan: Plan, { start, note }: { start: number; note: Note }) => {
  const chance = chanceOf(plan.seed, 2);
  const tasks: Task[] = [];
  let now = start;
  let steps = 0;
  let faults: Faults = plan.faults;

  const later = (milliseconds: number, run: () => void) => {
    tasks.push({ at: now + milliseconds, run });
  };

  const latency = (): number => {
    if (faults.stuck > 0 && chance.happens(faults.stuck)) return 60_000 + chance.below(120_000);
    if (faults.slow > 0 && chance.happens(faults.slow)) return chance.below(20_000);
    return chance.happens(0.5) ? 0 : chance.below(20);
  };

  const crash = (process: Process) => {
    process.generation += 1;
    note(() => `${process.name} crashes`);
  };

  const take = (): Task | undefined => {
    const ready: number[] = [];
    let first = -1;
    for (let index = 0; index < tasks.length; index += 1) {
      const { at } = tasks[index]!;
      if (at <= now) ready.push(index);
      if (first < 0 || at < tasks[first]!.at) first = index;
    }
    const index = ready.length > 0 ? chance.pick(ready) : first;
    const task = tasks[index];
    if (task) {
      tasks[index] = tasks.at(-1)!;
      tasks.pop();
    }
    return task;
  };

  /** The answer reaches the caller, now or later, unless the caller is gone. */
  const settle = <T>(
    process: Process,
    call: PortCall<T>,
    { result, outcome }: { result: Promise<T>; outcome: Outcome<T> },
  ) => {
    const { generation } = process;
    const repeat = call.repeated && chance.happens(faults.repeat) ? call.repeated : undefined;
    const lost = !call.harmless && chance.happens(faults.throwAfter);
    const arrive = () => {
      if (process.generation !== generation) return;
      if (lost) {
        note(() => `${process.name} ${call.name}: done, and fails`);
        outcome.reject(new Injected(call.name));
      } else if (repeat) {
        note(() => `${process.name} ${call.name}: repeated`);
        outcome.resolve(result.then(repeat));
      } else result.then(outcome.resolve, outcome.reject);
    };
    if (chance.happens(0.7)) arrive();
    else later(latency(), arrive);
  };

  /** A call of a port: it takes effect at one moment and is answered at another. */
  const call = <T>(process: Process, port: PortCall<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      const { generation } = process;
      const outcome = { resolve, reject };
      later(latency(), () => {
        // What was sent before a crash may arrive nevertheless.
        if (process.generation !== generation) {
          if (chance.happens(0.5)) port.effect().catch(() => undefined);
          return;
        }
        if (chance.happens(faults.crash)) {
          crash(process);
          return;
        }
        if (!port.harmless && chance.happens(faults.throwBefore)) {
          note(() => `${process.name} ${port.name}: fails`);
          reject(new Injected(port.name));
          return;
        }
        note(() => `${process.name} ${port.name}`);
        const result = port.effect();
        result.catch(() => undefined);
        if (chance.happens(faults.crash)) {
          crash(process);
          return;
        }
        settle(process, port, { result, outcome });
      });
    });

  const run = async (most: number): Promise<boolean> => {
    const end = steps + most;
    for (; steps < end; steps += 1) {
      await turn();
      const task = take();
      if (!task) return true;
      now = Math.max(now, task.at);
      task.run();
    }
    return false;
  };

  return {
    chance,
    now: () => now,
    steps: () => steps,
    faults: () => faults,
    /** From now on nothing goes wrong any more. */
    calm: () => {
      faults = noFaults;
    },
    later,
    call,
    crash,
    /** Goes on until nothing waits; false when that takes more than so many steps. */
    run,
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
  };
};

export type Scheduler = ReturnType<typeof schedulerOf>;
