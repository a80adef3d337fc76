import { dueShards, type Store } from '#shared/ports.ts';
import type { LocalClock } from './clock.ts';

interface TimeTravelOptions {
  readonly store: Store;
  readonly clock: LocalClock;
  readonly run: (schedule: string) => Promise<unknown>;
  readonly idle: () => Promise<void>;
  /** Others whose time moves along. */
  readonly follow: (milliseconds: number) => Promise<void>;
}

const mostVisits = 3;

/** Moves the clock and does, in order, what became due on the way. */
export const timeTravel = ({ store, clock, run, idle, follow }: TimeTravelOptions) => {
  const earliest = async (from: number, to: number): Promise<number | undefined> => {
    const shards = Array.from({ length: dueShards }, (_, shard) => store.due({ shard, from, to, limit: 1 }));
    const moments = (await Promise.all(shards)).flat().map(({ at }) => at);
    return moments.length > 0 ? Math.min(...moments) : undefined;
  };

  const moveTo = async (moment: number): Promise<void> => {
    const before = clock.offset();
    clock.moveTo(moment);
    await follow(clock.offset() - before);
  };

  const work = async (): Promise<void> => {
    await run('sweep-from-start');
    await idle();
  };

  const travel = async (milliseconds: number): Promise<number> => {
    await idle();
    const target = clock.now() + milliseconds;
    clock.setOut(target);
    let from = 0;
    let stops = 0;
    let visits = { moment: 0, times: 0 };
    for (let next = await earliest(from, target); next !== undefined; next = await earliest(from, target)) {
      visits = { moment: next, times: next === visits.moment ? visits.times + 1 : 1 };
      // What stays due although its work was done several times is left to the schedule.
      if (visits.times > mostVisits) from = next + 1;
      await moveTo(next);
      await work();
      stops += 1;
    }
    await moveTo(target);
    return stops;
  };

  let last: Promise<unknown> = Promise.resolve();

  /** Moves the clock forwards by so many milliseconds; one journey at a time. Answers at how many moments work was done. */
  return (milliseconds: number): Promise<number> => {
    const journey = last.then(() => travel(milliseconds));
    last = journey.catch(() => undefined);
    return journey;
  };
};
