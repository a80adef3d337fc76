import { settled } from '#shared/memory/settled.ts';
import type { Collection, DueEntry, Placement, Store, Stored } from '#shared/ports.ts';
import { shardOf, storableFields } from '#shared/table.ts';

/** An item where it lies. */
export interface Row {
  readonly collection: Collection<Stored>;
  readonly item: Stored;
  readonly place: Placement;
  readonly shard: number;
}

const frozen = <T>(value: T): T => {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.values(value).forEach(frozen);
  return Object.freeze(value);
};

const address = ({ partition, sort }: Placement['key']) => `${partition}\n${sort}`;

/** Where an item of a collection lies. */
export const addressOf = <T extends Stored>(collection: Collection<T>, item: T): string =>
  address(collection.place(item).key);

/** Who hears of every write and removal in the moment of it. */
export interface Hearer {
  readonly wrote: (before: Stored | undefined, row: Row) => void;
  readonly removed: (row: Row) => void;
}

const shards = new Map<string, number>();

const shard = (key: Placement['key']): number => {
  const at = address(key);
  const known = shards.get(at) ?? shardOf(key);
  shards.set(at, known);
  return known;
};

/**
 * The memory store again, without its copies: what lies in it is frozen, so that readers can share it. Ten thousand worlds
 * are read too often to be copied each time.
 */
export const sharedRows = (rows: Map<string, Row>) => {
  const rowAt = <T extends Stored>(collection: Collection<T>, at: string): T | undefined => {
    const row = rows.get(at);
    return row?.collection.name === collection.name ? (row.item as T) : undefined;
  };

  const put = <T extends Stored>(collection: Collection<T>, item: T, hearer?: Hearer): T => {
    const written = frozen(collection.schema.parse(storableFields(item)));
    const place = collection.place(written);
    const at = address(place.key);
    const before = rows.get(at)?.item;
    const row = {
      collection: collection as unknown as Collection<Stored>,
      item: written,
      place,
      shard: shard(place.key),
    };
    rows.set(at, row);
    hearer?.wrote(before, row);
    return written;
  };

  const holds = <T extends Stored>(collection: Collection<T>, item: T) =>
    rowAt(collection, addressOf(collection, item))?.revision === item.revision;

  const dueIn = (request: Parameters<Store['due']>[0]): DueEntry[] =>
    [...rows.values()]
      .flatMap(({ collection, place: { key, due }, shard: its }) =>
        due && its === request.shard ? [{ collection: collection.name, key, ...due }] : [],
      )
      .filter(({ at }) => at >= request.from && at <= request.to)
      .sort((left, right) => left.at - right.at)
      .slice(0, request.limit);

  const storeFor = (hearer: Hearer | undefined): Store => ({
    get: (collection, key) => settled(() => rowAt(collection, address(key))),
    insert: (collection, item) =>
      settled(() => {
        const taken = rows.has(addressOf(collection, item));
        return taken ? undefined : put(collection, { ...item, revision: 1 }, hearer);
      }),
    replace: (collection, item) =>
      settled(() => {
        const next = { ...item, revision: item.revision + 1 };
        return holds(collection, item) ? put(collection, next, hearer) : undefined;
      }),
    remove: (collection, item) =>
      settled(() => {
        const at = addressOf(collection, item);
        const row = rows.get(at);
        if (!row || !holds(collection, item)) return false;
        hearer?.removed(row);
        return rows.delete(at);
      }),
    list: () => Promise.reject(new TypeError('Nothing that is simulated lists.')),
    due: (request) => settled(() => dueIn(request)),
  });
  return storeFor;
};
