import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { documentClient } from '#shared/aws/table/documents.ts';
import type { Collection } from '#shared/ports.ts';
import { describeStore } from '../contract/store.ts';
import { documents, newStore } from './clients.ts';

describeStore('a table of DynamoDB', async () => (await newStore()).store);

const Thing = z.object({
  revision: z.int(),
  id: z.string(),
  text: z.string(),
  expiresAt: z.number().optional(),
});
const things: Collection<z.infer<typeof Thing>> = {
  name: 'thing',
  schema: Thing,
  place: ({ id, expiresAt }) => ({ key: { partition: 'things', sort: id }, expiresAt }),
};
const thing = (text: string) => ({ revision: 0, id: 'a', text });

/** A client that does what it is told and loses the first answer to a write, as a broken connection would. */
const forgetfulClient = (command: 'PutItemCommand' | 'DeleteItemCommand') => {
  const client = new DynamoDBClient();
  let calls = 0;
  client.middlewareStack.add(
    (next, context) => async (args) => {
      if (context.commandName === command) calls += 1;
      const answer = await next(args);
      if (context.commandName === command && calls === 1) {
        throw Object.assign(new Error('The connection was reset.'), { name: 'TimeoutError', $metadata: {} });
      }
      return answer;
    },
    { step: 'finalizeRequest', priority: 'low', name: 'loseFirstAnswer' },
  );
  return { client: documentClient(client), calls: () => calls };
};

describe('a write whose answer was lost', () => {
  it('is known again as the own one when it was an insert', async () => {
    const { client, calls } = forgetfulClient('PutItemCommand');
    const { store } = await newStore(client);
    expect(await store.insert(things, thing('mine'))).toEqual({ ...thing('mine'), revision: 1 });
    expect(calls()).toBe(2);
  });

  it('is known again as the own one when it was a replacement', async () => {
    const { client, calls } = forgetfulClient('PutItemCommand');
    const { store, tableName } = await newStore(client);
    const item = { pk: 'things', sk: 'a', collection: 'thing', revision: 4, data: { id: 'a', text: 'old' } };
    await documents.send(new PutCommand({ TableName: tableName, Item: item }));
    expect(await store.replace(things, { ...thing('mine'), revision: 4 })).toMatchObject({
      revision: 5,
      text: 'mine',
    });
    expect(calls()).toBe(2);
    expect(await store.replace(things, { ...thing('late'), revision: 4 })).toBeUndefined();
  });
});

describe('an item in the table', () => {
  it('lies under the documented attributes, its time to live in seconds', async () => {
    const { store, tableName } = await newStore();
    await store.insert(things, { ...thing('words'), expiresAt: 1_800_000_000_001 });
    const get = new GetCommand({ TableName: tableName, Key: { pk: 'things', sk: 'a' } });
    const { Item } = await documents.send(get);
    expect(Item).toEqual({
      pk: 'things',
      sk: 'a',
      collection: 'thing',
      revision: 1,
      data: { id: 'a', text: 'words', expiresAt: 1_800_000_000_001 },
      write: expect.stringMatching(/^[\w-]{12}$/),
      expiresAt: 1_800_000_001,
    });
  });
});
