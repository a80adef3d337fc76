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
}

type Rows = Map<string, Row>;

/** How late DynamoDB may be to drop what has expired: "within a few days". */
const dropsAfterMilliseconds = 48 * 3_600_000;

const address = ({ partition, sort }: Key) => JSON.stringify([partition, sort]);

const byBytes = (left: string, right: string) => Buffer.compare(Buffer.from(left), Buffer.from(right));

const read = <T extends Stored>(collection: Collection<T>, row: Row | undefined): T | undefined =>
  row?.collection === collection.name ? collection.schema.parse(structuredClone(row.item)) : undefined;

const write = <T extends Stored>(rows: Rows, collection: Collection<T>, item: T): T => {
  const written = collection.schema.parse(storableFields(item));
  const place = collection.place(written);
  rows.set(address(place.key), { collection: collection.name, item: structuredClone(written), place });
  return structuredClone(written);
};

const list = <T extends Stored>(
  rows: Iterable<Row>,
  collection: Collection<T>,
  request: ListRequest,
): Page<T> => {
  const { index, partition, prefix = '', after, limit } = request;
  const found = [...rows]
    .filter((row) => row.collection === collection.name)
    .flatMap((row) => {
      const key = index === 'own' ? row.place.key : row.place[index];
      return key?.partition === partition && key.sort.startsWith(prefix) ? [{ row, sort: key.sort }] : [];
    })
    .filter(({ sort }) => after === undefined || byBytes(sort, after) > 0)
    .sort((left, right) => byBytes(left.sort, right.sort));
  const items = found.slice(0, limit).flatMap(({ row }) => read(collection, row) ?? []);
  return found.length > limit ? { items, next: found[limit - 1]?.sort } : { items };
};

const due = (rows: Iterable<Row>, { shard, from, to, limit }: DueRequest): readonly DueEntry[] =>
  [...rows]
    .flatMap(({ collection, place: { key, due } }) =>
      due ? [{ collection, key, at: due.at, act: due.act }] : [],
    )
    .filter(({ key, at }) => at >= from && at <= to && shardOf(key) === shard)
    .sort((left, right) => left.at - right.at)
    .slice(0, limit);

/** Forgets what the table would have dropped by now. */
const drop = (rows: Rows, now: number) => {
  for (const [at, { place }] of rows) {
    if (place.expiresAt !== undefined && place.expiresAt + dropsAfterMilliseconds <= now) rows.delete(at);
  }
};

/**
 * A store in memory that behaves as the table does, down to the order of its lists. With a clock it drops what has
 * expired two days late, as DynamoDB may, so that a reader that trusts in the dropping is found out.
 */
export const memoryStore = (clock?: Clock): Store => {
  const rows: Rows = new Map();
  const current = () => {
    if (clock) drop(rows, clock.now());
    return rows;
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
        return taken ? undefined : write(rows, collection, { ...item, revision: 1 });
      }),
    replace: (collection, item) =>
      settled(() =>
        holds(collection, item)
          ? write(rows, collection, { ...item, revision: item.revision + 1 })
          : undefined,
      ),
    remove: (collection, item) =>
      settled(() => holds(collection, item) && rows.delete(address(collection.place(item).key))),
    list: (collection, request) => settled(() => list(current().values(), collection, request)),
    due: (request) => settled(() => due(current().values(), request)),
  };
};
