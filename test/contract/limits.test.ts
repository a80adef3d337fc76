import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { documentClient } from '#shared/aws/table/documents.ts';
import { tableStore } from '#shared/aws/table/store.ts';
import { ensureTable, startDynamodb } from '../../local/dynamodb.ts';
import { limited, read, tenants, tried } from '../shared/domain/proxy/limits/ground.ts';
import { otherProcess, passing, world, type World } from '../support/deps.ts';
import { dynamodbClient } from '../support/dynamodb.ts';
import { answer } from '../support/watched.ts';

let database: Awaited<ReturnType<typeof startDynamodb>>;
let dynamodb: DynamoDBClient;
let w: World;

beforeAll(async () => {
  database = await startDynamodb();
  dynamodb = dynamodbClient(database.endpoint);
  await ensureTable(dynamodb, 'latchkey');
});

afterAll(async () => {
  dynamodb.destroy();
  await database.stop();
});

beforeEach(async () => {
  w = await world();
});

/** Processes that share nothing but a table. */
const processes = (count: number) =>
  Array.from({ length: count }, () => {
    const store = tableStore({ client: documentClient(dynamodb), tableName: 'latchkey' });
    const { get, ...ofCalls } = store;
    // The auth and its service stand in memory; what is counted stands in the table.
    return otherProcess(w.deps, {
      store: {
        ...ofCalls,
        due: w.deps.store.due,
        get: (collection, key) =>
          (collection.name.startsWith('call_') ? get : w.deps.store.get)(collection, key),
      },
    });
  });

describe('limits of several processes on one table', () => {
  it('let no more calls through together than the rate says, and no fewer than half', async () => {
    const [auth] = await tenants(w, await limited(w, { auth: { rate: { calls: 25, seconds: 86_400 } } }), 1);
    const [one, two, three] = processes(3);
    const made = await passing(
      w.clock,
      Promise.all(Array.from({ length: 60 }, (_, index) => tried([one!, two!, three!][index % 3]!, auth!))),
      5,
    );
    const sent = made.filter(({ code }) => code === 'sent').length;
    expect(sent).toBeGreaterThan(12);
    expect(sent).toBeLessThanOrEqual(25);
    const after = await passing(
      w.clock,
      Promise.all(processes(30).map((process) => tried(process, auth!))),
      5,
    );
    const more = after.filter(({ code }) => code === 'sent').length;
    expect(sent + more).toBeLessThanOrEqual(25);
  });

  it('let no more calls be under way than the limit says, and lose no place', async () => {
    const [auth] = await tenants(w, await limited(w, { auth: { concurrency: 2 } }), 1);
    let under = 0;
    let most = 0;
    let sent = 0;
    const worker = async (deps: (typeof w)['deps']) => {
      for (let times = 0; times < 8; times += 1) {
        const made = await tried(deps, auth!, async () => {
          under += 1;
          most = Math.max(most, under);
          await w.clock.sleep(20);
          return answer(200, 'hello');
        });
        if (made.code !== 'sent') await w.clock.sleep(15);
        else {
          sent += 1;
          under -= 1;
          await read(made);
        }
      }
    };
    await passing(w.clock, Promise.all(processes(5).map(worker)), 5);
    expect(most).toBe(2);
    expect(sent).toBeGreaterThan(5);
    for (const process of processes(2)) expect((await tried(process, auth!)).code).toBe('sent');
    expect((await tried(processes(1)[0]!, auth!)).code).toBe('too_many_calls');
  });
});
