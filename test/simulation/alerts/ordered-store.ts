import type { Collection, DueEntry, Key, Page, Placement, Store, Stored } from '#shared/ports.ts';
import { sharedRows, type Row } from '../store.ts';

const inOrder = (one: string, other: string): number => (one < other ? -1 : Number(one > other));

const byTimeAndKey = (one: Pick<DueEntry, 'at' | 'key'>, other: Pick<DueEntry, 'at' | 'key'>): number =>
  one.at - other.at ||
  inOrder(one.key.partition, other.key.partition) ||
  inOrder(one.key.sort, other.key.sort);

/** The place of the first entry that is not before what is sought. */
const firstAt = <T>(sorted: readonly T[], compare: (entry: T) => number): number => {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(sorted[middle]!) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
};

interface Listed {
  readonly sort: string;
  readonly address: string;
}

const address = ({ partition, sort }: Key): string => `${partition}\n${sort}`;

const indexes = ['own', 'listed', 'grouped'] as const;
const placeIn = (index: (typeof indexes)[number], { key, ...place }: Placement): Key | undefined =>
  index === 'own' ? key : place[index];

/** What is due by shard, and what is listed by partition, each in its order: a sweep must not look at 100,000 rows. */
const orderedPlaces = () => {
  const shards = new Map<number, DueEntry[]>();
  const lists = new Map<string, Listed[]>();
  const known = new Map<string, { readonly row: Row; readonly due: DueEntry | undefined }>();

  const shardOf = (shard: number): DueEntry[] => {
    const found = shards.get(shard) ?? [];
    shards.set(shard, found);
    return found;
  };
  const listOf = (index: string, partition: string): Listed[] => {
    const name = `${index}\n${partition}`;
    const found = lists.get(name) ?? [];
    lists.set(name, found);
    return found;
  };
  const list = (row: Row, change: (all: Listed[], entry: Listed) => void) => {
    for (const index of indexes) {
      const at = placeIn(index, row.place);
      if (at) change(listOf(index, at.partition), { sort: at.sort, address: address(row.place.key) });
    }
  };
  const add = (all: Listed[], entry: Listed) =>
    all.splice(
      firstAt(all, ({ sort }) => inOrder(sort, entry.sort)),
      0,
      entry,
    );
  const drop = (all: Listed[], entry: Listed) =>
    all.splice(
      firstAt(all, ({ sort }) => inOrder(sort, entry.sort)),
      1,
    );
  const isElsewhere = (one: Placement, other: Placement) =>
    indexes.some((index) => {
      const [here, there] = [placeIn(index, one), placeIn(index, other)];
      return here?.partition !== there?.partition || here?.sort !== there?.sort;
    });

  const removed = ({ place: { key }, shard }: Row) => {
    const before = known.get(address(key));
    if (!before) return;
    known.delete(address(key));
    list(before.row, drop);
    const { due } = before;
    const all = shardOf(shard);
    if (due)
      all.splice(
        firstAt(all, (entry) => byTimeAndKey(entry, due)),
        1,
      );
  };
  const wrote = (row: Row) => {
    const { collection, place, shard } = row;
    const before = known.get(address(place.key));
    const due = place.due && { collection: collection.name, key: place.key, ...place.due };
    const all = shardOf(shard);
    if (before?.due) {
      const old = before.due;
      all.splice(
        firstAt(all, (entry) => byTimeAndKey(entry, old)),
        1,
      );
    }
    if (due)
      all.splice(
        firstAt(all, (entry) => byTimeAndKey(entry, due)),
        0,
        due,
      );
    known.set(address(place.key), { row, due });
    if (before && !isElsewhere(before.row.place, place)) return;
    if (before) list(before.row, drop);
    list(row, add);
  };
  return { shardOf, listOf, wrote, removed };
};

/** The simulation's store for hundreds of thousands of rows: what is due and what is listed is found without looking at all. */
export const orderedStore = (): Store => {
  const rows = new Map<string, Row>();
  const places = orderedPlaces();
  const storeFor = sharedRows(rows);
  const plain = storeFor({ wrote: (_, row) => places.wrote(row), removed: places.removed });

  const page = <T extends Stored>(
    collection: Collection<T>,
    { index, partition, prefix = '', after, limit }: Parameters<Store['list']>[1],
  ): Page<T> => {
    const all = places.listOf(index, partition);
    const items: T[] = [];
    let last: string | undefined;
    const from = after === undefined ? prefix : after;
    for (let place = firstAt(all, ({ sort }) => inOrder(sort, from)); place < all.length; place += 1) {
      const { sort, address: at } = all[place]!;
      if (!sort.startsWith(prefix)) break;
      const row = rows.get(at);
      if (sort === after || row?.collection.name !== collection.name) continue;
      if (items.length === limit) return { items, next: last };
      items.push(row.item as T);
      last = sort;
    }
    return { items };
  };

  const due: Store['due'] = ({ shard, from, to, after, limit }) => {
    const all = places.shardOf(shard);
    const found: DueEntry[] = [];
    let place = firstAt(all, (entry) => entry.at - from);
    if (after)
      place = Math.max(
        place,
        firstAt(all, (entry) => byTimeAndKey(entry, after) || -1),
      );
    for (; place < all.length && found.length < limit && all[place]!.at <= to; place += 1)
      found.push(all[place]!);
    return Promise.resolve(found);
  };

  return { ...plain, list: (collection, request) => Promise.resolve(page(collection, request)), due };
};
