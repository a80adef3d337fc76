import { createHash } from 'node:crypto';
import { dueShards, type Key } from './ports.ts';

/** The attributes of every item in the table; `data` is the item itself without its revision. */
export const attributes = {
  partition: 'pk',
  sort: 'sk',
  collection: 'collection',
  revision: 'revision',
  data: 'data',
  /** Names the write that made the revision, so that a writer knows its own when the answer was lost. */
  write: 'write',
  /** DynamoDB's time to live, in seconds since 1970. */
  expiresAt: 'expiresAt',
} as const;

/** The lists that hold whole items, and only items that are placed in them. */
export const lists = {
  listed: { name: 'listed', partition: 'listedPk', sort: 'listedSk' },
  grouped: { name: 'grouped', partition: 'groupedPk', sort: 'groupedSk' },
} as const;

/** The list that holds keys alone, so that nothing is written to it but when a place changes; items are read whole from the table. */
export const rankedList = { name: 'ranked', partition: 'rankedPk', sort: 'rankedSk' } as const;

/** What is due: a shard such as `07` (text) and a time in milliseconds (number); keys, collection, act and group come along. */
export const dueIndex = {
  name: 'due',
  partition: 'dueShard',
  sort: 'dueAt',
  act: 'dueAct',
  of: 'dueOf',
  includes: [attributes.collection, 'dueAct', 'dueOf'],
} as const;

/** The shard that an item's key falls in, 0 to `dueShards` − 1; the same for ever. */
export const shardOf = ({ partition, sort }: Key): number =>
  createHash('sha256').update(`${partition}\n${sort}`).digest().readUInt8(0) % dueShards;

/** How a shard stands in the table. */
export const shardName = (shard: number): string => String(shard).padStart(2, '0');

const isPlain = (value: object) => {
  const prototype: unknown = Object.getPrototypeOf(value);
  // An object of another realm, such as a worker's or a test's, has an Object.prototype of its own.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
};

const storableValue = (value: unknown): unknown => {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') return value.toWellFormed();
  // Beyond these numbers DynamoDB's client refuses or rounds; adding 0 makes −0 what the table would make of it.
  if (typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER) return value + 0;
  if (Array.isArray(value)) return value.filter((entry) => entry !== undefined).map(storableValue);
  if (typeof value === 'object' && isPlain(value)) return storableFields(value);
  throw new TypeError(
    'An item can hold text, finite numbers, booleans, null, lists and plain objects alone.',
  );
};

/**
 * The fields of an item as a store keeps them: undefined ones left out, at every depth.
 * Throws a `TypeError` for what is not JSON, and so for a `Secret` that was about to be stored in the clear.
 */
export const storableFields = (item: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(item)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, storableValue(value)]),
  );
