import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ScanCommand, type DynamoDBDocumentClient, type GetCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { documentClient } from '#shared/aws/table/documents.ts';
import { tableStore } from '#shared/aws/table/store.ts';
import { rootDataKeys } from '#shared/aws/vault/data-keys.ts';
import { sealedSecrets, sealedVault } from '#shared/aws/vault/sealed.ts';
import { seededRandom } from '#shared/memory/random.ts';
import { memoryStore } from '#shared/memory/store.ts';
import type { Collection, Store } from '#shared/ports.ts';
import { Unsealable } from '#shared/ports.ts';
import { secret } from '#shared/secret.ts';
import { shardOf } from '#shared/table.ts';
import * as z from 'zod';
import { ensureTable, startDynamodb } from '../../local/dynamodb.ts';
import { dynamodbClient } from '../support/dynamodb.ts';
import { describeStore } from './store.ts';
import { describeVault, newRef, newVersion } from './vault.ts';

const random = seededRandom(11);
let database: Awaited<ReturnType<typeof startDynamodb>>;
let dynamodb: DynamoDBClient;
let client: DynamoDBDocumentClient;
let tables = 0;

beforeAll(async () => {
  database = await startDynamodb();
  dynamodb = dynamodbClient(database.endpoint);
  client = documentClient(dynamodb);
});

afterAll(async () => {
  dynamodb.destroy();
  await database.stop();
});

const newTable = async (): Promise<string> => {
  tables += 1;
  await ensureTable(dynamodb, `latchkey-${tables}`);
  return `latchkey-${tables}`;
};

const newStore = async (): Promise<Store> => tableStore({ client, tableName: await newTable() });

const sealedOver = (store: Store) => sealedVault({ store, dataKey: rootDataKeys(random.bytes(32)), random });

describeStore('a table of a local DynamoDB', newStore);

describeVault('sealed, over the table', async () => sealedOver(await newStore()));

describe('what is due, in the table', () => {
  it('is asked for once for each page, also for a full one', async () => {
    const tableName = await newTable();
    let calls = 0;
    const counting = Object.create(client, {
      send: {
        value: (command: GetCommand) => {
          calls += 1;
          return client.send(command);
        },
      },
    }) as DynamoDBDocumentClient;
    const Item = z.object({ revision: z.int(), id: z.string() });
    const items: Collection<z.infer<typeof Item>> = {
      name: 'item',
      schema: Item,
      place: ({ id }) => ({ key: { partition: 'p', sort: id }, due: { at: 5, act: 'look' } }),
    };
    const store = tableStore({ client: counting, tableName });
    const ids = Array.from({ length: 200 }, (_, n) => `i${n}`).filter(
      (id) => shardOf({ partition: 'p', sort: id }) === 0,
    );
    await Promise.all(ids.slice(0, 8).map((id) => store.insert(items, { id, revision: 0 })));
    calls = 0;
    expect(await store.due({ shard: 0, from: 0, to: 9, limit: 4 })).toHaveLength(4);
    expect(calls).toBe(1);
  });
});

describe('the sealed vault in the table', () => {
  it('shows no plaintext in any stored attribute', async () => {
    const tableName = await newTable();
    const vault = sealedOver(tableStore({ client, tableName }));
    // What no other attribute and no encoding of chance bytes holds.
    const mark = 'q7!Zx~';
    const plain = fc.string({ minLength: 8, maxLength: 60, unit: 'binary-ascii' }).map((text) => mark + text);
    await fc.assert(
      fc.asyncProperty(plain, async (text) => {
        const ref = newRef();
        await vault.put(ref, newVersion(), secret(text));
        const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName }));
        await vault.remove(ref);
        expect(Items).toHaveLength(1);
        const encoded = (['base64', 'base64url', 'hex'] as const).map((form) =>
          Buffer.from(text).toString(form),
        );
        const sealed = Buffer.from(String(Items[0]!['data'].sealed), 'base64url').toString('latin1');
        const stored = JSON.stringify(Items) + sealed;
        expect([mark, ...encoded].filter((form) => stored.includes(form))).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it('destroys more versions than a page holds', async () => {
    const store = await newStore();
    const vault = sealedOver(store);
    const [ref, other, kept] = [newRef(), newRef(), newVersion()];
    await vault.put(other, kept, secret('stays'));
    const versions = Array.from({ length: 230 }, newVersion);
    await Promise.all(versions.map((version) => vault.put(ref, version, secret('x'))));
    await vault.remove(ref);
    expect(await Promise.all(versions.map((version) => vault.get(ref, version)))).toEqual(
      versions.map(() => undefined),
    );
    expect((await vault.get(other, kept))?.reveal()).toBe('stays');
  });
});

describe('a sealed secret', () => {
  const sealedIn = async (store: Store) => {
    const vault = sealedOver(store);
    const [ref, version] = [newRef(), newVersion()];
    await vault.put(ref, version, secret('value'));
    const place = (id: string, at: string) =>
      sealedSecrets.place({ ...ref, id, version: at, sealed: '', revision: 1 }).key;
    const item = await store.get(sealedSecrets, place(ref.id, version));
    return { vault, ref, version, item: item! };
  };

  it.each([
    ['another auth', { id: 'auth_other' }],
    ['another workspace', { workspaceId: 'ws_other' }],
    ['another organization', { organizationId: 'org_other' }],
    ['another kind', { kind: 'service' }],
  ] as const)('does not open when it was copied to %s', async (_, fields) => {
    const store = memoryStore();
    const { vault, ref, version, item } = await sealedIn(store);
    await store.insert(sealedSecrets, { ...item, ...fields });
    await expect(vault.get({ ...ref, ...fields }, version)).rejects.toThrow(Unsealable);
  });

  it('does not open as another version', async () => {
    const store = memoryStore();
    const { vault, ref, item } = await sealedIn(store);
    const other = newVersion();
    await store.insert(sealedSecrets, { ...item, version: other });
    await expect(vault.get(ref, other)).rejects.toThrow(Unsealable);
  });

  it('does not open when its text was changed', async () => {
    const store = memoryStore();
    const { vault, ref, version, item } = await sealedIn(store);
    const letter = item.sealed.at(-3) === 'A' ? 'B' : 'A';
    await store.replace(sealedSecrets, {
      ...item,
      sealed: item.sealed.slice(0, -3) + letter + item.sealed.slice(-2),
    });
    await expect(vault.get(ref, version)).rejects.toThrow(Unsealable);
    await expect(vault.put(ref, version, secret('value'))).rejects.toThrow(Unsealable);
  });
});
