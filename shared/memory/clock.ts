import type { Clock } from '#shared/ports.ts';

/** A clock that stands still until it is moved. */
export interface ManualClock extends Clock {
  /**
   * Moves time on, stopping at each moment that a sleeper waits for, so that whoever wakes reads that moment's time.
   * Await it where somebody sleeps; with no sleepers the time has moved before it returns.
   */
  readonly advance: (milliseconds: number) => Promise<void>;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

const turn = () =>
  new Promise<void>((resolve) => {
    setImmediate(resolve);
  });

/** Virtual time from `start`, in milliseconds since 1970. */
export const manualClock = (start: number): ManualClock => {
  let now = start;
  let sleepers: readonly Sleeper[] = [];

  const nextUntil = (end: number): Sleeper | undefined => sleepers.find(({ at }) => at <= end);

  return {
    now: () => now,
    sleep: (milliseconds) =>
      milliseconds <= 0
        ? Promise.resolve()
        : new Promise((wake) => {
            sleepers = [...sleepers, { at: now + milliseconds, wake }].sort(
              (left, right) => left.at - right.at,
            );
          }),
    advance: async (milliseconds) => {
      const end = now + milliseconds;
      for (let next = nextUntil(end); next; next = nextUntil(end)) {
        const woken = next;
        now = woken.at;
        sleepers = sleepers.filter((sleeper) => sleeper !== woken);
        woken.wake();
        // Who wakes may sleep again before the end, so it gets its turn first.
        await turn();
      }
      now = end;
    },
  };
};
