import { QueryCommand, type DynamoDBDocumentClient, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { DueRequest, ListRequest } from '#shared/ports.ts';
import { attributes, dueIndex, lists, rankedList, shardName } from '#shared/table.ts';
import { dueKeyAttributes, keyAttributes } from './marshal.ts';

type Query = Omit<QueryCommandInput, 'TableName'>;

const indexes = {
  own: { partition: attributes.partition, sort: attributes.sort },
  ...lists,
  ranked: rankedList,
};

/** Where a list's places stand: the attribute names of its partition and its sort value. */
export const listKeys = (
  index: ListRequest['index'],
): { readonly partition: string; readonly sort: string } => indexes[index];

const isAfter = (left: string, right: string) => Buffer.compare(Buffer.from(left), Buffer.from(right)) > 0;

interface Range {
  readonly condition?: string;
  readonly values: Readonly<Record<string, string>>;
}

/** The last character of Unicode, which no text uses, ends every range of a prefix. */
const beyond = '\u{10FFFF}';

/** Both ends included, as DynamoDB has it; the reader leaves out what is at the ends. */
const between = (first: string, last: string): Range | undefined =>
  // Refused by DynamoDB, where the first is behind the last; nothing can be there.
  isAfter(first, last)
    ? undefined
    : { condition: '#sort BETWEEN :first AND :last', values: { ':first': first, ':last': last } };

const rangeOf = ({ prefix = '', after, before }: ListRequest): Range | undefined => {
  if (before !== undefined)
    return after === undefined
      ? { condition: '#sort < :before', values: { ':before': before } }
      : between(after, before);
  if (prefix === '')
    return after === undefined
      ? { values: {} }
      : { condition: '#sort > :after', values: { ':after': after } };
  return between(after !== undefined && isAfter(after, prefix) ? after : prefix, prefix + beyond);
};

/**
 * The query of a list; undefined when nothing can match. It asks for one item more so that the end is known, and for
 * one more again where the place to go on from may come along.
 */
export const listQuery = (request: ListRequest): Query | undefined => {
  const range = rangeOf(request);
  if (!range) return undefined;
  const { partition, sort } = listKeys(request.index);
  return {
    ...(request.index === 'own' ? { ConsistentRead: true } : { IndexName: indexes[request.index].name }),
    KeyConditionExpression: ['#partition = :partition', ...(range.condition ? [range.condition] : [])].join(
      ' AND ',
    ),
    ExpressionAttributeNames: { '#partition': partition, ...(range.condition ? { '#sort': sort } : {}) },
    ExpressionAttributeValues: { ':partition': request.partition, ...range.values },
    Limit: request.limit + (request.after === undefined ? 1 : 2),
  };
};

/** The query of what is due in a shard, both ends included. The entry to go on after need not be there any more. */
export const dueQuery = ({ shard, from, to, after, limit }: DueRequest): Query => ({
  IndexName: dueIndex.name,
  KeyConditionExpression: '#shard = :shard AND #at BETWEEN :from AND :to',
  ExpressionAttributeNames: { '#shard': dueIndex.partition, '#at': dueIndex.sort },
  ExpressionAttributeValues: { ':shard': shardName(shard), ':from': from, ':to': to },
  Limit: limit,
  ...(after && {
    ExclusiveStartKey: { ...keyAttributes(after.key), ...dueKeyAttributes(after.key, after.at) },
  }),
});

/** All that a query finds, page by page and only as far as the reader goes. */
export async function* rowsOf(client: DynamoDBDocumentClient, query: QueryCommandInput) {
  let start = query.ExclusiveStartKey;
  do {
    const page = await client.send(new QueryCommand({ ...query, ExclusiveStartKey: start }));
    yield* page.Items ?? [];
    start = page.LastEvaluatedKey;
  } while (start);
}
