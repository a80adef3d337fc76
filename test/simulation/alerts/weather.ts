import { chanceOf } from '../chance.ts';

/** From when on an instance of a function is to be killed, over one of the next calls that it awaits. */
interface Kill {
  readonly at: number;
  readonly of: string;
}

/** How often things go wrong. */
export interface Weather {
  readonly seed: number;
  /** The share of calls of bus, queues and subscribers that go wrong, in some way each. */
  readonly failures: number;
  /** Until when; to the end where it is not said. */
  readonly failuresUntil?: number;
  readonly kills: readonly Kill[];
  /** How often a call of the store or the vault takes its time, so that others come in between. */
  readonly slow: number;
}

export const calm: Weather = { seed: 7, failures: 0, kills: [], slow: 0 };

/** A worker: when it is dead, nothing that it awaits comes any more. */
export interface Process {
  /** The function that it runs. */
  readonly name: string;
  dead: boolean;
  /** Says to who started it that it is gone. */
  died: () => void;
}

/** How far from its time a kill strikes at the most, in awaited calls. */
const reach = 60;

/** Kills at random moments of so many days, of functions in turn. */
export const killsOf = (
  functions: readonly string[],
  { count, from, until, seed }: { count: number; from: number; until: number; seed: number },
): readonly Kill[] => {
  const chance = chanceOf(seed, 6);
  return Array.from({ length: count }, (_, place) => ({
    at: from + chance.below(until - from),
    of: functions[place % functions.length]!,
  }));
};

/** Draws what goes wrong: each kind of thing from a stream of its own. */
export const weatherOf = (
  { seed, failures, failuresUntil = Infinity, kills, slow }: Weather,
  now: () => number,
) => {
  const chance = chanceOf(seed, 3);
  const fate = chanceOf(seed, 4);
  const coming = kills.map(({ at, of }) => ({ at, of, calls: fate.below(reach) }));
  const struck: string[] = [];

  const kill = (process: Process) => {
    process.dead = true;
    process.died();
  };

  /** Whether the caller dies over a call, before it takes effect or after it. */
  const death = (process: Process, call: string): 'before' | 'after' | undefined => {
    const place = coming.findIndex(({ at, of }) => at <= now() && of === process.name);
    const aim = coming[place];
    if (!aim) return undefined;
    aim.calls -= 1;
    if (aim.calls >= 0) return undefined;
    coming.splice(place, 1);
    const moment = fate.pick(['before', 'after'] as const);
    struck.push(`${process.name} ${moment} ${call}`);
    return moment;
  };

  return {
    chance,
    kill,
    death,
    goesWrong: () => failures > 0 && now() < failuresUntil && chance.happens(failures),
    isSlow: () => slow > 0 && chance.happens(slow),
    /** Over which calls processes were killed. */
    struck: struck as readonly string[],
  };
};

export type Skies = ReturnType<typeof weatherOf>;
