import { once } from 'node:events';
import { Agent, createServer, request as send } from 'node:http';
import { text } from 'node:stream/consumers';
import { startDynamodb } from '../local/dynamodb.ts';
import { storeCall, type StoreCall } from './store-calls.ts';

export type Counts = Readonly<Record<StoreCall, number>>;

interface CountingDatabase {
  readonly url: string;
  /** How often each kind was called since the last time this was asked. */
  readonly take: () => Counts;
}

const none = (): Record<StoreCall, number> => ({ read: 0, write: 0, vault: 0, table: 0 });

/** A database in memory that counts what it is asked, stopped with the resources. What it answers is not touched. */
export const startCountingDatabase = async (resources: AsyncDisposableStack): Promise<CountingDatabase> => {
  let counts = none();
  const database = await startDynamodb();
  resources.defer(database.stop);
  const { hostname, port } = new URL(database.endpoint);
  const agent = new Agent({ keepAlive: true });
  resources.defer(() => agent.destroy());

  const relay = createServer((request, response) => {
    const pass = async () => {
      const body = await text(request);
      counts[storeCall(String(request.headers['x-amz-target']), body)] += 1;
      const { method, url: path, headers } = request;
      const onwards = send({ agent, hostname, port, method, path, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      });
      onwards.on('error', () => response.destroy());
      onwards.end(body);
    };
    pass().catch(() => response.destroy());
  });
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  resources.defer(async () => {
    relay.close().closeAllConnections();
    await once(relay, 'close');
  });
  const address = relay.address();
  if (address === null || typeof address === 'string') throw new Error('The relay has no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    take: () => {
      const taken = counts;
      counts = none();
      return taken;
    },
  };
};
