import * as z from 'zod';
import type { Collection, DueEntry, Key, Placement, Stored } from '#shared/ports.ts';
import { attributes, dueIndex, lists, rankedList, shardName, shardOf } from '#shared/table.ts';

type Row = Record<string, unknown>;

const StoredRow = z.object({
  [attributes.collection]: z.string(),
  [attributes.revision]: z.int(),
  [attributes.data]: z.record(z.string(), z.unknown()),
});

const DueRow = z.object({
  [attributes.partition]: z.string(),
  [attributes.sort]: z.string(),
  [attributes.collection]: z.string(),
  [dueIndex.sort]: z.number(),
  [dueIndex.act]: z.string(),
  [dueIndex.of]: z.string().optional(),
});

/** A key as the table has it. */
export const keyAttributes = ({ partition, sort }: Key): Row => ({
  [attributes.partition]: partition,
  [attributes.sort]: sort,
});

interface List {
  readonly partition: string;
  readonly sort: string;
}

const listAttributes = (list: List, key: Key | undefined): Row =>
  key ? { [list.partition]: key.partition, [list.sort]: key.sort } : {};

/** The place of an item in the index of what is due. */
export const dueKeyAttributes = (key: Key, at: number): Row => ({
  [dueIndex.partition]: shardName(shardOf(key)),
  [dueIndex.sort]: at,
});

const dueAttributes = ({ key, due }: Placement): Row =>
  due
    ? {
        ...dueKeyAttributes(key, due.at),
        [dueIndex.act]: due.act,
        ...(due.of !== undefined && { [dueIndex.of]: due.of }),
      }
    : {};

const expiryAttributes = ({ expiresAt }: Placement): Row =>
  expiresAt === undefined ? {} : { [attributes.expiresAt]: Math.ceil(expiresAt / 1000) };

/** An item as the table has it; `write` names the write. */
export const toRow = <T extends Stored>(collection: Collection<T>, item: T, write: string): Row => {
  const { revision, ...data } = item;
  const place = collection.place(item);
  return {
    ...keyAttributes(place.key),
    [attributes.collection]: collection.name,
    [attributes.revision]: revision,
    [attributes.data]: data,
    [attributes.write]: write,
    ...listAttributes(lists.listed, place.listed),
    ...listAttributes(lists.grouped, place.grouped),
    ...listAttributes(rankedList, place.ranked),
    ...dueAttributes(place),
    ...expiryAttributes(place),
  };
};

/** An item read back, checked by its schema; undefined when nothing, or an item of another collection, is there. */
export const fromRow = <T extends Stored>(collection: Collection<T>, row: Row | undefined): T | undefined => {
  if (!row) return undefined;
  const { collection: name, revision, data } = StoredRow.parse(row);
  return name === collection.name ? collection.schema.parse({ ...data, revision }) : undefined;
};

const RankedRow = z.object({
  [attributes.partition]: z.string(),
  [attributes.sort]: z.string(),
  [rankedList.sort]: z.string(),
});

/** An entry of the list that holds keys alone: its place there, and where the item stands. */
export const fromRankedRow = (row: Row): { readonly place: string; readonly key: Key } => {
  const { pk, sk, rankedSk } = RankedRow.parse(row);
  return { place: rankedSk, key: { partition: pk, sort: sk } };
};

/** An entry of the index of what is due. */
export const fromDueRow = (row: Row): DueEntry => {
  const { pk, sk, collection, dueAt, dueAct, dueOf } = DueRow.parse(row);
  const entry = { collection, key: { partition: pk, sort: sk }, at: dueAt, act: dueAct };
  return dueOf === undefined ? entry : { ...entry, of: dueOf };
};
