import { dueShards, type Deps, type DueEntry } from '../../ports.ts';
import { dueEvents } from './due-events.ts';
import { watermarkKey, watermarks } from './watermark.ts';

const pageSize = 200;

/** The index follows the items with a small delay: what was written in these last moments is read once more. */
const lag = 10_000;

/** Reads a shard page by page and hands each page on before it reads the next. */
const sweepShard = async (
  deps: Deps,
  shard: number,
  { from, to }: { from: number; to: number },
): Promise<number> => {
  let start = from;
  let seen: readonly DueEntry[] = [];
  let count = 0;
  for (;;) {
    // Those of the last moment come again with the next page, so it is longer by them.
    const limit = pageSize + seen.length;
    const entries = await deps.store.due({ shard, from: start, to, limit });
    const fresh = entries.filter(
      ({ key }) => !seen.some((old) => old.key.partition === key.partition && old.key.sort === key.sort),
    );
    if (fresh.length > 0) await deps.bus.publish(dueEvents(deps, fresh));
    count += fresh.length;
    const last = entries.at(-1);
    if (entries.length < limit || !last || fresh.length === 0) return count;
    seen = entries.filter(({ at }) => at === last.at);
    start = last.at;
  }
};

const sweepAll = async (deps: Deps, range: { from: number; to: number }): Promise<number> => {
  const counts = await Promise.all(
    Array.from({ length: dueShards }, (_, shard) => sweepShard(deps, shard, range)),
  );
  return counts.reduce((sum, count) => sum + count, 0);
};

/** Asks for what has become due since the last sweep; never reads what is not. Answers how many items that were. */
export const sweep = async (deps: Deps): Promise<number> => {
  const now = deps.clock.now();
  const mark = await deps.store.get(watermarks, watermarkKey);
  const count = await sweepAll(deps, { from: mark?.at ?? 0, to: now });
  const next = { at: now - lag, revision: mark?.revision ?? 0 };
  await (mark ? deps.store.replace(watermarks, next) : deps.store.insert(watermarks, next));
  return count;
};

/** Asks for all that is due, however old: what a crash left between being asked for and being done. */
export const sweepFromStart = (deps: Deps): Promise<number> =>
  sweepAll(deps, { from: 0, to: deps.clock.now() });
