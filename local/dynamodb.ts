import { setTimeout } from 'node:timers/promises';
import {
  CreateTableCommand,
  DescribeTableCommand,
  ResourceInUseException,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { tableDefinition } from '#shared/aws/table/schema.ts';

interface DynamodbOptions {
  /** The folder of the data; in memory when absent. One process at a time may hold it. */
  readonly path?: string;
  /** Any free port when absent or 0. */
  readonly port?: number;
}

interface Dynamodb {
  readonly endpoint: string;
  readonly stop: () => Promise<void>;
}

/** Starts a DynamoDB on the loopback address. What it has answered survives the death of the process. */
export const startDynamodb = async ({ path, port = 0 }: DynamodbOptions = {}): Promise<Dynamodb> => {
  const server = dynalite({
    createTableMs: 0,
    updateTableMs: 0,
    deleteTableMs: 0,
    ...(path === undefined ? {} : { path }),
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The database has no port.');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    stop: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeIdleConnections();
      }),
  };
};

const pollMilliseconds = 20;

/** Makes the table unless it is there, and waits until it can be written. */
export const ensureTable = async (client: DynamoDBClient, tableName: string): Promise<void> => {
  try {
    await client.send(new CreateTableCommand(tableDefinition(tableName)));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  const status = async () =>
    (await client.send(new DescribeTableCommand({ TableName: tableName }))).Table?.TableStatus;
  while ((await status()) !== 'ACTIVE') await setTimeout(pollMilliseconds);
};
