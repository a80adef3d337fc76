import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** Which seeds to play, and on which ground. */
export interface Errand {
  readonly from: number;
  readonly count: number;
  /** The place of a mutation in the list; absent for ports that keep their promises. */
  readonly mutation?: number | undefined;
}

/** A seed that is not as it should be. */
interface Red {
  readonly seed: number;
  readonly what: string;
}

/** What became of many seeds. */
export interface Tally {
  readonly seeds: number;
  readonly steps: number;
  readonly tokenCalls: number;
  /** How often each thing was told. */
  readonly told: Readonly<Record<string, number>>;
  readonly red: readonly Red[];
}

export const nothing: Tally = { seeds: 0, steps: 0, tokenCalls: 0, told: {}, red: [] };

/** Two tallies in one. */
export const sum = (left: Tally, right: Tally): Tally => ({
  seeds: left.seeds + right.seeds,
  steps: left.steps + right.steps,
  tokenCalls: left.tokenCalls + right.tokenCalls,
  told: Object.fromEntries(
    [...new Set([...Object.keys(left.told), ...Object.keys(right.told)])].map((name) => [
      name,
      (left.told[name] ?? 0) + (right.told[name] ?? 0),
    ]),
  ),
  red: [...left.red, ...right.red].toSorted((a, b) => a.seed - b.seed),
});

const portion = 100;

const portions = ({ from, count, mutation }: Errand): Errand[] =>
  Array.from({ length: Math.ceil(count / portion) }, (_, index) => ({
    from: from + index * portion,
    count: Math.min(portion, count - index * portion),
    mutation,
  }));

/** One thread plays one portion after the other, until there is none left. */
const crew = async (waiting: Errand[], add: (tally: Tally) => void): Promise<void> => {
  const worker = new Worker(new URL('worker.ts', import.meta.url), { execArgv: [] });
  try {
    for (let errand = waiting.shift(); errand; errand = waiting.shift()) {
      const { promise, resolve, reject } = Promise.withResolvers<Tally>();
      worker.once('message', resolve).once('error', reject);
      worker.postMessage(errand);
      add(await promise);
      worker.removeAllListeners('error');
    }
  } finally {
    await worker.terminate();
  }
};

/** Plays many seeds, on as many threads as there are processors. */
export const playAll = async (errand: Errand): Promise<Tally> => {
  const waiting = portions(errand);
  let all = nothing;
  const add = (tally: Tally) => {
    all = sum(all, tally);
  };
  const threads = Math.min(availableParallelism(), waiting.length);
  await Promise.all(Array.from({ length: threads }, () => crew(waiting, add)));
  return all;
};
