import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { documentClient } from '#shared/aws/table/documents.ts';
import { tableStore } from '#shared/aws/table/store.ts';
import { ensureTable } from '../../local/dynamodb.ts';

/** Clients as the product has them: the endpoint, the region and the credentials come from the environment. */
const dynamodb = new DynamoDBClient();
export const documents = documentClient(dynamodb);
export const secrets = new SecretsManagerClient();

/** A name that nothing else bears. */
export const fresh = (name: string): string => `${name}-${randomUUID()}`;

/** A store on a new table. */
export const newStore = async (client: DynamoDBDocumentClient = documents) => {
  const tableName = fresh('latchkey');
  await ensureTable(dynamodb, tableName);
  return { store: tableStore({ client, tableName }), tableName };
};
