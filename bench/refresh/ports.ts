import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import * as z from 'zod';
import { systemClock } from '#shared/aws/clock.ts';
import { guardedHttp, parseAllowList } from '#shared/aws/egress.ts';
import { eventBridgeBus } from '#shared/aws/event-bus.ts';
import { systemRandom as random } from '#shared/aws/random.ts';
import { keySealer } from '#shared/aws/sealer.ts';
import { documentClient } from '#shared/aws/table/documents.ts';
import { tableStore } from '#shared/aws/table/store.ts';
import { rootDataKeys } from '#shared/aws/vault/data-keys.ts';
import { sealedVault } from '#shared/aws/vault/sealed.ts';
import { memoryStore } from '#shared/memory/store.ts';
import { memoryNotices } from '#shared/memory/notices.ts';
import type { Deps, Store } from '#shared/ports.ts';
import { ensureTable } from '../../local/dynamodb.ts';
import { timedStore } from './timed-store.ts';

/** Where a worker finds what it works with. */
export const Surroundings = z.object({
  /** Absent for a store in the worker's own memory. */
  databaseUrl: z.url().optional(),
  eventsUrl: z.url(),
  tokenUrl: z.url(),
  clientSecret: z.string(),
  auths: z.int().min(1),
});
export type Surroundings = z.infer<typeof Surroundings>;

const tableName = 'latchkey';
const account = { region: 'local', credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' } };

const storeAt = async (endpoint: string): Promise<Store> => {
  const database = new DynamoDBClient({ ...account, endpoint });
  await ensureTable(database, tableName);
  return tableStore({ client: documentClient(database), tableName });
};

/** The ports of a worker: all of them the adapters of AWS, the vault the sealed one. Its clock can be put forward. */
export const workerPorts = async ({ databaseUrl, eventsUrl, tokenUrl }: Surroundings) => {
  const { store, take } = timedStore(databaseUrl === undefined ? memoryStore() : await storeAt(databaseUrl));
  const rootKey = random.bytes(32);
  let ahead = 0;
  const clock = { ...systemClock, now: () => Date.now() + ahead };
  const client = new EventBridgeClient({ ...account, endpoint: eventsUrl });
  const deps: Deps = {
    store,
    vault: sealedVault({ store, random, dataKey: rootDataKeys(rootKey) }),
    sealer: keySealer({ key: () => Promise.resolve(rootKey), random }),
    bus: eventBridgeBus({ client, busName: 'latchkey', clock, random }),
    http: guardedHttp({ allow: parseAllowList(new URL(tokenUrl).host), plainHttp: true }),
    notices: memoryNotices(),
    clock,
    random,
    settings: { publicUrl: 'https://latchkey.example', plainHttp: true },
  };
  const putForward = (milliseconds: number) => {
    ahead += milliseconds;
  };
  return { deps, putForward, take };
};
