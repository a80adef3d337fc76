import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { systemClock as clock } from '#shared/aws/clock.ts';
import { guardedHttp, parseAllowList } from '#shared/aws/egress.ts';
import { systemRandom as random } from '#shared/aws/random.ts';
import { keySealer } from '#shared/aws/sealer.ts';
import { documentClient } from '#shared/aws/table/documents.ts';
import { tableStore } from '#shared/aws/table/store.ts';
import { rootDataKeys } from '#shared/aws/vault/data-keys.ts';
import { sealedVault } from '#shared/aws/vault/sealed.ts';
import { memoryBus } from '#shared/memory/bus.ts';
import { memoryNotices } from '#shared/memory/notices.ts';
import type { Deps, Store } from '#shared/ports.ts';
import { ensureTable } from '../../local/dynamodb.ts';
import type { Setup } from './messages.ts';

const tableName = 'latchkey';
/** Nobody listens there: the walk of a consent ends before the callback is called. */
export const publicUrl = 'http://localhost:4000';

const dynamodb = (endpoint: string) =>
  new DynamoDBClient({
    endpoint,
    region: 'local',
    credentials: { accessKeyId: 'race', secretAccessKey: 'race' },
    // Callers that stand for functions of their own do not wait for each other's connections.
    requestHandler: { httpAgent: { keepAlive: true, maxSockets: 200 } },
  });

/** Makes the table of a new database. */
export const makeTable = async (databaseUrl: string): Promise<void> => {
  const client = dynamodb(databaseUrl);
  await ensureTable(client, tableName);
  client.destroy();
};

/** The ports of one process: what it has on AWS, over a database, a provider and a clock that are real; what it tells is kept. */
export const racePorts = ({ databaseUrl, rootKey: text, provider }: Setup): Deps => {
  const rootKey = Buffer.from(text, 'base64');
  const store = tableStore({ client: documentClient(dynamodb(databaseUrl)), tableName });
  return {
    store,
    vault: sealedVault({ store, random, dataKey: rootDataKeys(rootKey) }),
    sealer: keySealer({ key: () => Promise.resolve(rootKey), random }),
    bus: memoryBus(),
    http: guardedHttp({ allow: parseAllowList(provider), plainHttp: true }),
    notices: memoryNotices(),
    clock,
    random,
    settings: { publicUrl, plainHttp: true },
  };
};

/** A store that takes every write, whoever wrote since: with it, a lease is nobody's. */
const careless = (store: Store): Store => ({
  ...store,
  replace: async (collection, item) => {
    for (;;) {
      const current = await store.get(collection, collection.place(item).key);
      if (!current) return undefined;
      const written = await store.replace(collection, { ...item, revision: current.revision });
      if (written) return written;
    }
  },
});

/** The same ports for one errand, with what is done by them counted. */
export const watchedPorts = (ports: Deps, { broken }: { readonly broken: boolean }) => {
  const bus = memoryBus();
  const counts = { sent: 0, pauses: 0, pausedTogether: 0, reads: 0, vaultReads: 0 };
  let paused = 0;
  const store = broken ? careless(ports.store) : ports.store;
  const deps: Deps = {
    ...ports,
    bus,
    clock: {
      ...ports.clock,
      sleep: async (milliseconds) => {
        counts.pauses += 1;
        paused += 1;
        counts.pausedTogether = Math.max(counts.pausedTogether, paused);
        await ports.clock.sleep(milliseconds);
        paused -= 1;
      },
    },
    store: {
      ...store,
      get: (collection, key) => {
        counts.reads += 1;
        return store.get(collection, key);
      },
    },
    vault: {
      ...ports.vault,
      get: (ref, version) => {
        counts.vaultReads += 1;
        return ports.vault.get(ref, version);
      },
    },
    http: {
      send: (request) => {
        counts.sent += 1;
        return ports.http.send(request);
      },
    },
  };
  return { deps, counts, events: () => bus.events.map(({ type }) => type) };
};
