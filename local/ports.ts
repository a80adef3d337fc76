import { randomBytes } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { guardedHttp, parseAllowList } from '#shared/aws/egress.ts';
import { systemRandom as random } from '#shared/aws/random.ts';
import { keySealer } from '#shared/aws/sealer.ts';
import { documentClient } from '#shared/aws/table/documents.ts';
import { tableStore } from '#shared/aws/table/store.ts';
import { rootDataKeys } from '#shared/aws/vault/data-keys.ts';
import { sealedVault } from '#shared/aws/vault/sealed.ts';
import type { Deps } from '#shared/ports.ts';
import { localBus } from './bus.ts';
import { localClock } from './clock.ts';
import type { LocalConfig } from './config.ts';
import { ensureTable, startDynamodb } from './dynamodb.ts';
import type { Folder } from './files.ts';
import { localNotices } from './notices.ts';
import { lackingIndexes, renewTable } from './renew-table.ts';

const tableName = 'latchkey';

const startDatabase = async (config: LocalConfig, folder: Folder) => {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  if (config.AWS_ENDPOINT_URL !== undefined) {
    const client = new DynamoDBClient({ region: 'local', credentials });
    const lacking = await lackingIndexes(client, tableName);
    if (lacking.length > 0)
      throw new Error(
        `The table ${tableName} at ${config.AWS_ENDPOINT_URL} is of a version before: it lacks the index ${lacking.join(', ')}. Delete the table to begin anew, or add the index.`,
      );
    return { client, stop: () => Promise.resolve() };
  }
  const database = await startDynamodb({ path: folder.path('dynamodb') });
  const client = new DynamoDBClient({ region: 'local', endpoint: database.endpoint, credentials });
  await renewTable(client, tableName);
  return { client, stop: database.stop };
};

/** The ports of the local product: the table and the sealed vault of AWS over an embedded database, and a local bus and clock. */
export const startPorts = async (config: LocalConfig, folder: Folder) => {
  const database = await startDatabase(config, folder);
  await ensureTable(database.client, tableName);
  const client = documentClient(database.client);
  const rootKey = Buffer.from(
    folder.keep('root-key', () => randomBytes(32).toString('base64')),
    'base64',
  );
  const store = tableStore({ client, tableName });
  const clock = localClock(folder);
  const bus = localBus(folder.path('events.jsonl'));
  const notices = localNotices(folder.path('notices.jsonl'), clock);
  const deps = (publicUrl: string, allowed: readonly string[]): Deps => {
    const allow = parseAllowList([config.LATCHKEY_EGRESS_ALLOW, ...allowed].filter(Boolean).join(','));
    return {
      store,
      vault: sealedVault({ store, random, dataKey: rootDataKeys(rootKey) }),
      sealer: keySealer({ key: () => Promise.resolve(rootKey), random }),
      bus,
      http: guardedHttp({ allow, plainHttp: true }),
      notices,
      clock,
      random,
      settings: { publicUrl, plainHttp: true, allow, ...config.callers },
    };
  };
  const stop = async () => {
    client.destroy();
    await database.stop();
  };
  return { store, clock, bus, notices, deps, stop };
};
