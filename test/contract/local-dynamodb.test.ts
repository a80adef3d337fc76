import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { documentClient } from '#shared/aws/table/documents.ts';
import { tableStore } from '#shared/aws/table/store.ts';
import type { Collection } from '#shared/ports.ts';
import { ensureTable, startDynamodb } from '../../local/dynamodb.ts';
import { dynamodbClient } from '../support/dynamodb.ts';

const Thing = z.object({ revision: z.int(), id: z.string() });
const things: Collection<z.infer<typeof Thing>> = {
  name: 'thing',
  schema: Thing,
  place: ({ id }) => ({
    key: { partition: 'things', sort: id },
    listed: { partition: 'all', sort: id },
    due: { at: 5, act: 'look' },
  }),
};

const storeAt = async (endpoint: string) => {
  const dynamodb = dynamodbClient(endpoint);
  const client = documentClient(dynamodb);
  await ensureTable(dynamodb, 'latchkey');
  return { store: tableStore({ client, tableName: 'latchkey' }), close: () => dynamodb.destroy() };
};

describe('the local DynamoDB on a folder', () => {
  let folder: string;
  let child: ChildProcess | undefined;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-dynamodb-'));
  });
  afterEach(async () => {
    child?.kill('SIGKILL');
    await rm(folder, { recursive: true });
  });

  const startChild = async (): Promise<string> => {
    const program = `
      import { startDynamodb } from './local/dynamodb.ts';
      console.log((await startDynamodb({ path: process.argv[1] })).endpoint);`;
    child = spawn(process.execPath, ['--input-type=module', '--eval', program, join(folder, 'data')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface(child.stdout!), 'line')) as [string];
    return line;
  };

  it('still has every answered write when its process was killed', async () => {
    const first = await storeAt(await startChild());
    const ids = Array.from({ length: 50 }, (_, n) => `thing-${String(n).padStart(2, '0')}`);
    await Promise.all(ids.map((id) => first.store.insert(things, { id, revision: 0 })));
    const exited = once(child!, 'exit');
    child!.kill('SIGKILL');
    expect((await exited)[1]).toBe('SIGKILL');
    first.close();

    const again = await startDynamodb({ path: join(folder, 'data') });
    const second = await storeAt(again.endpoint);
    const read = await second.store.list(things, { index: 'listed', partition: 'all', limit: 100 });
    expect(read.items.map(({ id }) => id)).toEqual(ids);
    expect(await second.store.get(things, { partition: 'things', sort: 'thing-07' })).toMatchObject({
      revision: 1,
    });
    second.close();
    await again.stop();
  });

  it('keeps its data over a stop and a start in one process', async () => {
    for (const expected of [undefined, { id: 'a', revision: 1 }]) {
      const database = await startDynamodb({ path: join(folder, 'data') });
      const { store, close } = await storeAt(database.endpoint);
      expect(await store.get(things, { partition: 'things', sort: 'a' })).toEqual(expected);
      await store.insert(things, { id: 'a', revision: 0 });
      close();
      await database.stop();
    }
  });

  it('stops while a client still holds its connection', async () => {
    const database = await startDynamodb();
    const { store, close } = await storeAt(database.endpoint);
    await store.insert(things, { id: 'a', revision: 0 });
    const started = performance.now();
    await database.stop();
    expect(performance.now() - started).toBeLessThan(2000);
    close();
  });

  it('says when its port is taken', async () => {
    const database = await startDynamodb();
    const port = Number(new URL(database.endpoint).port);
    await expect(startDynamodb({ port })).rejects.toThrow('EADDRINUSE');
    await database.stop();
  });
});
