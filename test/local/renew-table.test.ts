import { CreateTableCommand, ListTablesCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { authKey, auths, authsEndingBefore, type Auth } from '#shared/domain/auths/auth.ts';
import { workspaceKey, workspaces } from '#shared/domain/workspaces/workspace.ts';
import { documentClient } from '#shared/aws/table/documents.ts';
import { toRow } from '#shared/aws/table/marshal.ts';
import { tableDefinition } from '#shared/aws/table/schema.ts';
import { tableStore } from '#shared/aws/table/store.ts';
import { rankedList } from '#shared/table.ts';
import { ensureTable, startDynamodb } from '../../local/dynamodb.ts';
import { lackingIndexes, renewTable } from '../../local/renew-table.ts';
import { day, start, world, type World } from '../support/deps.ts';
import { dynamodbClient } from '../support/dynamodb.ts';
import { keyedAuth, tokenService } from '../support/nouns.ts';

/** The table as it was before auths were listed by their ends. */
const oldDefinition = (tableName: string) => {
  const { GlobalSecondaryIndexes = [], AttributeDefinitions = [], ...rest } = tableDefinition(tableName);
  const isNew = (name = '') => name === rankedList.partition || name === rankedList.sort;
  return {
    ...rest,
    AttributeDefinitions: AttributeDefinitions.filter(({ AttributeName }) => !isNew(AttributeName)),
    GlobalSecondaryIndexes: GlobalSecondaryIndexes.filter(({ IndexName }) => IndexName !== rankedList.name),
  };
};

let w: World;
let auth: Auth;
let client: DynamoDBClient;
let documents: DynamoDBDocumentClient;
let stop: () => Promise<void>;
beforeEach(async () => {
  w = await world();
  const made = await keyedAuth(w, await tokenService(w));
  auth = { ...made, prediction: { end: start + 7 * day, reason: 'demo' } };
  const database = await startDynamodb();
  ({ stop } = database);
  client = dynamodbClient(database.endpoint);
  documents = documentClient(client);
});
afterEach(async () => {
  client.destroy();
  await stop();
});

const workspaceNow = async () => {
  const found = await w.deps.store.get(workspaces, workspaceKey(w.organizationId, w.workspaceId));
  if (!found) throw new Error('The workspace is gone.');
  return found;
};
const writeOld = async (tableName: string) => {
  const { rankedPk, rankedSk, ...row } = toRow(auths, auth, 'w1');
  expect(rankedPk).toBeDefined();
  expect(rankedSk).toBeDefined();
  const items = [row, toRow(workspaces, await workspaceNow(), 'w2')];
  for (const Item of items) await documents.send(new PutCommand({ TableName: tableName, Item }));
};
const store = () => tableStore({ client: documents, tableName: 'latchkey' });
const ending = async () => {
  const { items } = await store().list(auths, {
    ...authsEndingBefore(w.organizationId, w.workspaceId, start + 30 * day),
    limit: 10,
  });
  return items.map(({ id }) => id);
};
const tables = async () => (await client.send(new ListTablesCommand({}))).TableNames;

describe('a table that a version before made', () => {
  it('is given the indexes of this one, with all that it holds, and lists its auths by their ends', async () => {
    await client.send(new CreateTableCommand(oldDefinition('latchkey')));
    await writeOld('latchkey');
    expect(await lackingIndexes(client, 'latchkey')).toEqual(['ranked']);
    await renewTable(client, 'latchkey');
    expect(await lackingIndexes(client, 'latchkey')).toEqual([]);
    expect(await ending()).toEqual([auth.id]);
    expect(await store().get(auths, authKey(w.organizationId, auth.id))).toEqual(auth);
    expect(await store().get(workspaces, workspaceKey(w.organizationId, w.workspaceId))).toEqual(
      await workspaceNow(),
    );
    expect(await tables()).toEqual(['latchkey']);
  });

  it('is whole after a process that died when it had emptied the table', async () => {
    await ensureTable(client, 'latchkey-copy');
    await documents.send(new PutCommand({ TableName: 'latchkey-copy', Item: toRow(auths, auth, 'w1') }));
    const whole = { pk: '#whole', sk: '#whole' };
    await documents.send(new PutCommand({ TableName: 'latchkey-copy', Item: whole }));
    await ensureTable(client, 'latchkey');
    await renewTable(client, 'latchkey');
    expect(await ending()).toEqual([auth.id]);
    expect(await tables()).toEqual(['latchkey']);
  });

  it('is whole after a process that died while it copied', async () => {
    await client.send(new CreateTableCommand(oldDefinition('latchkey')));
    await writeOld('latchkey');
    await ensureTable(client, 'latchkey-copy');
    await renewTable(client, 'latchkey');
    expect(await ending()).toEqual([auth.id]);
    expect(await tables()).toEqual(['latchkey']);
  });

  it('is not touched when it lacks nothing, whatever is left of a copy', async () => {
    await ensureTable(client, 'latchkey');
    await store().insert(auths, auth);
    await ensureTable(client, 'latchkey-copy');
    await renewTable(client, 'latchkey');
    expect(await ending()).toEqual([auth.id]);
    expect(await tables()).toEqual(['latchkey']);
  });
});
