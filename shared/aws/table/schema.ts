import type { CreateTableCommandInput, GlobalSecondaryIndex } from '@aws-sdk/client-dynamodb';
import { attributes, dueIndex, lists, rankedList } from '#shared/table.ts';

const keySchema = (partition: string, sort: string): GlobalSecondaryIndex['KeySchema'] => [
  { AttributeName: partition, KeyType: 'HASH' },
  { AttributeName: sort, KeyType: 'RANGE' },
];

const texts = [
  attributes.partition,
  attributes.sort,
  ...Object.values(lists).flatMap(({ partition, sort }) => [partition, sort]),
  rankedList.partition,
  rankedList.sort,
  dueIndex.partition,
];

/** The one table as `CreateTable` takes it, where no stack makes it: locally and in tests. */
export const tableDefinition = (tableName: string): CreateTableCommandInput => ({
  TableName: tableName,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    ...texts.map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
    { AttributeName: dueIndex.sort, AttributeType: 'N' },
  ],
  KeySchema: keySchema(attributes.partition, attributes.sort),
  GlobalSecondaryIndexes: [
    ...Object.values(lists).map(({ name, partition, sort }) => ({
      IndexName: name,
      KeySchema: keySchema(partition, sort),
      Projection: { ProjectionType: 'ALL' as const },
    })),
    {
      IndexName: rankedList.name,
      KeySchema: keySchema(rankedList.partition, rankedList.sort),
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
    {
      IndexName: dueIndex.name,
      KeySchema: keySchema(dueIndex.partition, dueIndex.sort),
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: [...dueIndex.includes] },
    },
  ],
});
