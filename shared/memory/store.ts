import type {
  Clock,
  Collection,
  DueEntry,
  DueRequest,
  Key,
  ListRequest,
  Page,
  Placement,
  Store,
  Stored,
} from '#shared/ports.ts';
import { shardOf, storableFields } from '#shared/table.ts';
import { settled } from './settled.ts';

interface Row {
  readonly collection: string;
  readonly item: Stored;
  readonly place: Placement;
  readonly shard: number;
}

type Rows = Map<string, Row>;

/** How late DynamoDB may be to drop what has expired: "within a few days". */
const dropsAfterMilliseconds = 48 * 3_600_000;

const address = ({ partition, sort }: Key) => JSON.stringify([partition, sort]);

const byBytes = (left: string, right: string) => Buffer.compare(Buffer.from(left), Buffer.from(right));

const read = <T extends Stored>(collection: Collection<T>, row: Row | undefined): T | undefined =>
  row?.collection === collection.name ? collection.schema.parse(structuredClone(row.item)) : undefined;

const put = <T extends Stored>(rows: Rows, collection: Collection<T>, item: T): T => {
  const written = collection.schema.parse(storableFields(item));
  const place = collection.place(written);
  const shard = place.due ? shardOf(place.key) : 0;
  rows.set(address(place.key), { collection: collection.name, item: structuredClone(written), place, shard });
  return structuredClone(written);
};

const list = <T extends Stored>(
  rows: Iterable<Row>,
  collection: Collection<T>,
  request: ListRequest,
): Page<T> => {
  const { index, partition, prefix = '', after, before, limit } = request;
  const found = [...rows]
    .filter((row) => row.collection === collection.name)
    .flatMap((row) => {
      const key = index === 'own' ? row.place.key : row.place[index];
      return key?.partition === partition && key.sort.startsWith(prefix) ? [{ row, sort: key.sort }] : [];
    })
    .filter(({ sort }) => after === undefined || byBytes(sort, after) > 0)
    .filter(({ sort }) => before === undefined || byBytes(sort, before) < 0)
    .sort((left, right) => byBytes(left.sort, right.sort));
  const items = found.slice(0, limit).flatMap(({ row }) => read(collection, row) ?? []);
  return found.length > limit ? { items, next: found[limit - 1]?.sort } : { items };
};

type DuePlace = Pick<DueEntry, 'at' | 'key'>;

const inOrder = (left: string, right: string) => (left < right ? -1 : Number(left > right));

/** At one moment any order does, as long as it stays. */
const byTimeAndKey = (left: DuePlace, right: DuePlace): number =>
  left.at - right.at ||
  inOrder(left.key.partition, right.key.partition) ||
  inOrder(left.key.sort, right.key.sort);

/** All that is in a shard of the index, in its order. */
const shardOfRows = (rows: Rows, shard: number): readonly DueEntry[] =>
  [...rows.values()]
    .flatMap(({ collection, place: { key, due }, shard: its }) =>
      due && its === shard ? [{ collection, key, ...due }] : [],
    )
    .sort(byTimeAndKey);

const due = (entries: readonly DueEntry[], { from, to, after, limit }: DueRequest): readonly DueEntry[] => {
  const begins = (entry: DueEntry) => entry.at >= from && (!after || byTimeAndKey(entry, after) > 0);
  const first = entries.findIndex(begins);
  return first < 0 ? [] : entries.slice(first, first + limit).filter(({ at }) => at <= to);
};

/** When the table would have dropped an item. */
const droppedAt = ({ expiresAt = Infinity }: Placement): number => expiresAt + dropsAfterMilliseconds;

/** Forgets what the table would have dropped by now. Answers when there is more to be forgotten. */
const drop = (rows: Rows, now: number): number => {
  let next = Infinity;
  for (const [at, { place }] of rows) {
    if (droppedAt(place) <= now) rows.delete(at);
    else next = Math.min(next, droppedAt(place));
  }
  return next;
};

/**
 * A store in memory that behaves as the table does, down to the order of its lists. With a clock it drops what has
 * expired two days late, as DynamoDB may, so that a reader that trusts in the dropping is found out.
 */
export const memoryStore = (clock?: Clock): Store => {
  const rows: Rows = new Map();
  // Sorted when it is asked for; any write makes it anew.
  const shards = new Map<number, readonly DueEntry[]>();
  let dropsNext = Infinity;
  const current = () => {
    if (clock && dropsNext <= clock.now()) {
      shards.clear();
      dropsNext = drop(rows, clock.now());
    }
    return rows;
  };
  const shardNow = (shard: number): readonly DueEntry[] => {
    const rows = current();
    const entries = shards.get(shard) ?? shardOfRows(rows, shard);
    shards.set(shard, entries);
    return entries;
  };
  const write = <T extends Stored>(collection: Collection<T>, item: T): T => {
    shards.clear();
    const written = put(rows, collection, item);
    dropsNext = Math.min(dropsNext, droppedAt(collection.place(written)));
    return written;
  };
  const holds = <T extends Stored>(collection: Collection<T>, item: T) => {
    const row = current().get(address(collection.place(item).key));
    return row?.collection === collection.name && row.item.revision === item.revision;
  };

  return {
    get: (collection, key) => settled(() => read(collection, current().get(address(key)))),
    insert: (collection, item) =>
      settled(() => {
        const taken = current().has(address(collection.place(item).key));
        return taken ? undefined : write(collection, { ...item, revision: 1 });
      }),
    replace: (collection, item) =>
      settled(() =>
        holds(collection, item) ? write(collection, { ...item, revision: item.revision + 1 }) : undefined,
      ),
    remove: (collection, item) =>
      settled(() => {
        if (!holds(collection, item)) return false;
        shards.clear();
        return rows.delete(address(collection.place(item).key));
      }),
    list: (collection, request) => settled(() => list(current().values(), collection, request)),
    due: (request) => settled(() => due(shardNow(request.shard), request)),
  };
};
