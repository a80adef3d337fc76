import { randomBytes } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, GetCommand, PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Collection, DueEntry, Key, ListRequest, Page, Store, Stored } from '#shared/ports.ts';
import { attributes, storableFields } from '#shared/table.ts';
import { fromDueRow, fromRankedRow, fromRow, keyAttributes, toRow } from './marshal.ts';
import { dueQuery, listKeys, listQuery, rowsOf } from './query.ts';

interface TableStoreOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
}

const unwritten = {
  ConditionExpression: 'attribute_not_exists(#partition)',
  ExpressionAttributeNames: { '#partition': attributes.partition },
};

const unchanged = (collectionName: string, read: number) => ({
  ConditionExpression: '#revision = :read AND #collection = :collection',
  ExpressionAttributeNames: { '#revision': attributes.revision, '#collection': attributes.collection },
  ExpressionAttributeValues: { ':read': read, ':collection': collectionName },
});

type Condition = typeof unwritten | ReturnType<typeof unchanged>;

/** Checks an item before it is written, so that nothing is kept that cannot be read back. */
const checked = <T extends Stored>(collection: Collection<T>, item: T, revision: number): T =>
  collection.schema.parse({ ...storableFields(item), revision });

const put = async <T extends Stored>(
  { client, tableName }: TableStoreOptions,
  collection: Collection<T>,
  { item, condition }: { readonly item: T; readonly condition: Condition },
): Promise<T | undefined> => {
  const write = randomBytes(9).toString('base64url');
  try {
    await client.send(
      new PutCommand({
        TableName: tableName,
        Item: toRow(collection, item, write),
        ...condition,
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return item;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    // The client tries again when an answer is lost; then it is our own write that stands in our way.
    return error.Item?.[attributes.write]?.S === write ? item : undefined;
  }
};

const remove = async <T extends Stored>(
  { client, tableName }: TableStoreOptions,
  collection: Collection<T>,
  item: T,
): Promise<boolean> => {
  try {
    await client.send(
      new DeleteCommand({
        TableName: tableName,
        Key: keyAttributes(collection.place(item).key),
        ...unchanged(collection.name, item.revision),
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
};

const get = async <T extends Stored>(
  { client, tableName }: TableStoreOptions,
  collection: Collection<T>,
  key: Key,
): Promise<T | undefined> => {
  const request = new GetCommand({ TableName: tableName, Key: keyAttributes(key), ConsistentRead: true });
  return fromRow(collection, (await client.send(request)).Item);
};

/** A page of the list that holds keys alone. What has moved since the list was written is left out: it stands elsewhere now. */
const ranked = async <T extends Stored>(
  options: TableStoreOptions,
  collection: Collection<T>,
  request: ListRequest,
): Promise<Page<T>> => {
  const query = listQuery(request);
  const entries: ReturnType<typeof fromRankedRow>[] = [];
  for await (const row of query ? rowsOf(options.client, { TableName: options.tableName, ...query }) : []) {
    const entry = fromRankedRow(row);
    if (entry.place !== request.after && entry.place !== request.before) entries.push(entry);
    // Another step might ask for another page.
    if (entries.length > request.limit) break;
  }
  const some = entries.slice(0, request.limit);
  const items = await Promise.all(
    some.map(async ({ place, key }) => {
      const item = await get(options, collection, key);
      return item && collection.place(item).ranked?.sort === place ? item : undefined;
    }),
  );
  const found = items.filter((item) => item !== undefined);
  return entries.length > request.limit ? { items: found, next: some.at(-1)?.place } : { items: found };
};

const list = async <T extends Stored>(
  { client, tableName }: TableStoreOptions,
  collection: Collection<T>,
  request: ListRequest,
): Promise<Page<T>> => {
  const query = listQuery(request);
  const items: T[] = [];
  let next: string | undefined;
  for await (const row of query ? rowsOf(client, { TableName: tableName, ...query }) : []) {
    const place = z.string().parse(row[listKeys(request.index).sort]);
    // A range of DynamoDB holds both its ends.
    const item = place === request.after || place === request.before ? undefined : fromRow(collection, row);
    if (!item) continue;
    if (items.length === request.limit) return { items, next };
    items.push(item);
    next = place;
  }
  return { items };
};

/**
 * The store on one DynamoDB table. A write is a single conditional one; one whose answer was lost is known again by
 * its name. A removal whose answer was lost answers false, though it was done. Lists of the partition itself are
 * read consistently; the other lists and what is due follow within a second or so. A page of the list `ranked` reads each of its
 * items by key.
 */
export const tableStore = (options: TableStoreOptions): Store => ({
  get: (collection, key) => get(options, collection, key),
  insert: async (collection, item) =>
    put(options, collection, { item: checked(collection, item, 1), condition: unwritten }),
  replace: async (collection, item) =>
    put(options, collection, {
      item: checked(collection, item, item.revision + 1),
      condition: unchanged(collection.name, item.revision),
    }),
  remove: (collection, item) => remove(options, collection, item),
  list: (collection, request) => (request.index === 'ranked' ? ranked : list)(options, collection, request),
  due: async (request) => {
    if (request.from > request.to) return [];
    const entries: DueEntry[] = [];
    for await (const row of rowsOf(options.client, { TableName: options.tableName, ...dueQuery(request) })) {
      entries.push(fromDueRow(row));
      // Another step would ask for another page.
      if (entries.length === request.limit) break;
    }
    return entries;
  },
});
