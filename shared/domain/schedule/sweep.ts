import { dueShards, type Deps, type DueEntry } from '../../ports.ts';
import { dueEvents } from './due-events.ts';
import { watermarkKey, watermarks } from './watermark.ts';

/** Of one shard; the pages of all shards are in memory at once. */
const pageSize = 200;

/** The index follows the items with a small delay: what was written in these last moments is read once more. */
const lag = 10_000;

/** The function of the sweep is cut off after a minute: before that it writes down how far it came. */
const patience = 40_000;

interface Range {
  /** Both ends included, in milliseconds. */
  readonly from: number;
  readonly to: number;
}

interface Place {
  readonly shard: number;
  readonly after: DueEntry | undefined;
}

/** Where to go on in a shard after a page; nothing after the last one. */
const nextPlace = (shard: number, page: readonly DueEntry[]): readonly Place[] =>
  page.length < pageSize ? [] : [{ shard, after: page.at(-1) }];

interface Swept {
  readonly count: number;
  /** All that was due before this moment has been asked for. */
  readonly reached: number;
}

/**
 * Reads a page of each shard and hands them on together, so that a message is well filled, before it reads the next ones.
 * Reads each entry once, and one page more than there are of a shard whose last page was full. Begins no round after `stopAt`.
 */
const sweepAll = async (deps: Deps, range: Range, stopAt = Infinity): Promise<Swept> => {
  let places: readonly Place[] = Array.from({ length: dueShards }, (_, shard) => ({
    shard,
    after: undefined,
  }));
  let count = 0;
  do {
    const pages = await Promise.all(
      places.map(async ({ shard, after }) => ({
        shard,
        entries: await deps.store.due({ shard, ...range, after, limit: pageSize }),
      })),
    );
    const found = pages.flatMap(({ entries }) => entries);
    if (found.length > 0) await deps.bus.publish(dueEvents(deps, found));
    count += found.length;
    places = pages.flatMap(({ shard, entries }) => nextPlace(shard, entries));
  } while (places.length > 0 && deps.clock.now() < stopAt);
  return { count, reached: Math.min(range.to, ...places.flatMap(({ after }) => after?.at ?? [])) };
};

/**
 * Asks for what has become due since the last sweep; never reads what is not. Answers how many items that were. Of more than
 * it has time for it leaves the rest to the next sweep.
 */
export const sweep = async (deps: Deps): Promise<number> => {
  const now = deps.clock.now();
  const mark = await deps.store.get(watermarks, watermarkKey);
  const range = { from: mark?.at ?? 0, to: now };
  const { count, reached } = await sweepAll(deps, range, now + patience);
  const next = { at: Math.min(now - lag, reached), revision: mark?.revision ?? 0 };
  await (mark ? deps.store.replace(watermarks, next) : deps.store.insert(watermarks, next));
  return count;
};

/** Asks for all that is due, however old: what a crash left between being asked for and being done. */
export const sweepFromStart = async (deps: Deps): Promise<number> =>
  (await sweepAll(deps, { from: 0, to: deps.clock.now() })).count;
