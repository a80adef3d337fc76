import { setTimeout } from 'node:timers/promises';
import { DeleteTableCommand, DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  GetCommand,
  paginateScan,
  PutCommand,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';
import { auths } from '#shared/domain/auths/auth.ts';
import { documentClient } from '#shared/aws/table/documents.ts';
import { fromRow, toRow } from '#shared/aws/table/marshal.ts';
import { tableDefinition } from '#shared/aws/table/schema.ts';
import { attributes } from '#shared/table.ts';
import { ensureTable } from './dynamodb.ts';

type Row = Record<string, unknown>;

/** The names of the indexes that a table has; undefined when there is no such table. */
const indexesOf = async (client: DynamoDBClient, TableName: string): Promise<string[] | undefined> => {
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    return (Table?.GlobalSecondaryIndexes ?? []).map(({ IndexName }) => IndexName ?? '');
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
};

/** The indexes that this version needs and a table of a version before does not have. */
export const lackingIndexes = async (client: DynamoDBClient, tableName: string): Promise<string[]> => {
  const has = await indexesOf(client, tableName);
  if (!has) return [];
  const { GlobalSecondaryIndexes: wanted = [] } = tableDefinition(tableName);
  return wanted.map(({ IndexName = '' }) => IndexName).filter((name) => !has.includes(name));
};

/** Auths take the places that they have now; what else a version before wrote lies where it always did. */
const placed = (row: Row): Row => {
  const auth = fromRow(auths, row);
  return auth ? toRow(auths, auth, String(row[attributes.write])) : row;
};

interface Copy {
  readonly from: string;
  readonly to: string;
  readonly change: (row: Row) => Row | undefined;
}

const copy = async (client: DynamoDBDocumentClient, { from, to, change }: Copy): Promise<void> => {
  for await (const { Items = [] } of paginateScan({ client, pageSize: 200 }, { TableName: from })) {
    const rows = Items.map(change).filter((row) => row !== undefined);
    await Promise.all(rows.map((Item) => client.send(new PutCommand({ TableName: to, Item }))));
  }
};

/** Stands in the copy once nothing is missing there. */
const whole = { [attributes.partition]: '#whole', [attributes.sort]: '#whole' };
const isWhole = (row: Row) => row[attributes.partition] === whole[attributes.partition];

const isCopied = async (client: DynamoDBDocumentClient, TableName: string): Promise<boolean> =>
  (await client.send(new GetCommand({ TableName, Key: whole }))).Item !== undefined;

const pollMilliseconds = 20;

/** A deletion is answered before it is done. */
const drop = async (client: DynamoDBClient, TableName: string): Promise<void> => {
  if (await indexesOf(client, TableName)) await client.send(new DeleteTableCommand({ TableName }));
  while (await indexesOf(client, TableName)) await setTimeout(pollMilliseconds);
};

/**
 * Makes a table that a version before made into the table of this one, its items kept: the embedded database cannot add an index.
 * A process that dies on the way has lost nothing, for either the table or its copy is whole; the next start goes on.
 */
export const renewTable = async (client: DynamoDBClient, tableName: string): Promise<void> => {
  const documents = documentClient(client);
  const spare = `${tableName}-copy`;
  const isOld = (await lackingIndexes(client, tableName)).length > 0;
  const hasSpare = (await indexesOf(client, spare)) !== undefined;
  if (!isOld && !hasSpare) return;
  if (!hasSpare || !(await isCopied(documents, spare))) {
    await drop(client, spare);
    if (!isOld) return;
    await ensureTable(client, spare);
    await copy(documents, { from: tableName, to: spare, change: placed });
    await documents.send(new PutCommand({ TableName: spare, Item: whole }));
  }
  await drop(client, tableName);
  await ensureTable(client, tableName);
  const change = (row: Row) => (isWhole(row) ? undefined : row);
  await copy(documents, { from: spare, to: tableName, change });
  // First, lest a copy that is half deleted be taken for a whole one.
  await documents.send(new DeleteCommand({ TableName: spare, Key: whole }));
  await drop(client, spare);
};
