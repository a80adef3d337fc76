import { createServer, type Server } from 'node:http';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import Provider from 'oidc-provider';
import { adapterFactory } from './adapter.ts';
import { shiftClock } from './clock.ts';
import { configuration } from './configuration.ts';
import { type Entries, openEntries } from './entries.ts';
import { consentForOfflineAccess, interactions } from './interactions.ts';
import { keysApi } from './keys-api.ts';
import { close, listen, listenOnIpv6 } from './listen.ts';
import { Command, type Report, Setup } from './messages.ts';
import { profileApi } from './profile.ts';
import { reportsApi } from './reports.ts';
import { type ProviderSecrets, providerSecrets } from './secrets.ts';

// The thread in which the demo provider runs: its clock is Latchkey's, not the machine's.

interface Parts {
  readonly setup: Setup;
  readonly secrets: ProviderSecrets;
  readonly entries: Entries;
}

const newProvider = (issuer: string, { setup, secrets, entries }: Parts): Provider => {
  const provider = new Provider(issuer, configuration(setup, secrets, adapterFactory(entries)));
  provider.use(consentForOfflineAccess);
  provider.use(interactions(provider));
  provider.use(profileApi(provider));
  provider.use(reportsApi(provider));
  provider.use(keysApi(secrets.apiKey));
  provider.on('server_error', (_, error) => console.error('The demo provider failed at a request:', error));
  return provider;
};

/** The issuer's name holds the port, so the port is taken first. */
const serve = async (parts: Parts): Promise<{ issuer: string; servers: readonly Server[] }> => {
  const server = createServer();
  const port = await listen(server, '127.0.0.1', parts.setup.port);
  const issuer = `http://localhost:${port}`;
  const answer = newProvider(issuer, parts).callback();
  const handler: Parameters<typeof listenOnIpv6>[0] = (request, response) => void answer(request, response);
  server.on('request', handler);
  const second = await listenOnIpv6(handler, port);
  return { issuer, servers: second === undefined ? [server] : [server, second] };
};

const run = async (port: MessagePort, tell: (report: Report) => void) => {
  const setup = Setup.parse(workerData);
  const moveClock = shiftClock(setup.offsetMilliseconds);
  const entries = openEntries(setup.dataDirectory);
  const secrets = await providerSecrets(setup.dataDirectory);
  const { issuer, servers } = await serve({ setup, secrets, entries });
  port.on('message', (message) => {
    const command = Command.parse(message);
    if (command.type === 'stop') {
      void Promise.all(servers.map(close)).then(() => port.close());
      return;
    }
    moveClock(command.offsetMilliseconds);
    entries.sweep();
    tell({ type: 'moved', id: command.id });
  });
  const { client, machine, apiKey } = secrets;
  tell({ type: 'ready', issuer, client, machine, apiKey });
};

if (parentPort === null)
  throw new Error('The demo provider runs in a thread of its own: start it with startProvider.');
const port = parentPort;
const tell = (report: Report) => port.postMessage(report);
await run(port, tell).catch((error: unknown) => {
  tell({
    type: 'failed',
    message: error instanceof Error ? error.message : 'The demo provider cannot start.',
  });
  process.exit(1);
});
