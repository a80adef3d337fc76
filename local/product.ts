import { provide } from '#shared/deps.ts';
import { firstKey, foundOrganization } from '#shared/domain/deployment/found.ts';
import { quieten } from '#shared/log.ts';
import { reactions } from '#functions/reactions.ts';
import { installStreaming } from './awslambda.ts';
import type { LocalConfig } from './config.ts';
import { folder as openFolder, type Folder } from './files.ts';
import { loadFunctions, react } from './functions.ts';
import { startGateway } from './gateway.ts';
import { localRoutes } from './local-routes.ts';
import { takeLock } from './lock.ts';
import { startPorts } from './ports.ts';
import { startProvider } from './provider.ts';
import { freePort } from './provider/listen.ts';
import { startQueue } from './queue.ts';
import { withRights } from './rights.ts';
import { startSchedules } from './schedules.ts';
import { timeTravel } from './time-travel.ts';

/** A port that stays the same from start to start, since URLs that were stored bear it. */
const keptPort = async (folder: Folder, name: string): Promise<number> => {
  const free = folder.has(name) ? 0 : await freePort();
  return Number(folder.keep(name, () => String(free)));
};

const hosts = (port: number) => ['localhost', '127.0.0.1', '[::1]'].map((host) => `${host}:${port}`);

const startDemoProvider = async (folder: Folder, options: { redirectUri: string; offset: number }) => {
  const port = await keptPort(folder, 'provider-port');
  const subscriberPort = await keptPort(folder, 'subscriber-port');
  const provider = await startProvider({
    port,
    redirectUris: [options.redirectUri],
    offsetMilliseconds: options.offset,
    dataDirectory: folder.path('provider'),
  });
  const { issuer, client, machine, apiKey, user } = provider;
  const told = { provider: { issuer, client, machine, apiKey, user }, subscriberPort };
  folder.write('demo.json', JSON.stringify(told, null, 2));
  return { ...provider, allowed: [...hosts(port), ...hosts(subscriberPort)] };
};

/** Starts the whole product in this process. Answers with its URL and what stops it. */
export const startProduct = async (config: LocalConfig) => {
  const folder = openFolder(config.LATCHKEY_DIR);
  const unlock = takeLock(folder.path('lock'));
  const port = config.PORT === 0 ? await freePort() : config.PORT;
  const url = `http://localhost:${port}`;
  const ports = await startPorts(config, folder);
  const offset = ports.clock.offset();
  const provider = await startDemoProvider(folder, { redirectUri: `${url}/oauth/callback`, offset });
  const deps = ports.deps(url, provider.allowed);
  provide(withRights(deps));
  const { organizationId } = await foundOrganization(deps);
  if (!folder.has('admin-key')) folder.write('admin-key', (await firstKey(deps, organizationId)).reveal());

  quieten();
  installStreaming();
  const { handlers, streamingProxy } = await loadFunctions();
  const byName = new Map(reactions.map((reaction) => [reaction.name, reaction]));
  const queue = startQueue({
    ...deps,
    concurrency: (name) => byName.get(name)?.concurrency ?? 1,
    run: async ({ reaction, event }) => {
      const handler = handlers.get(byName.get(reaction)?.entry ?? '');
      return handler === undefined || react(handler, event);
    },
  });
  ports.bus.connect(queue.send);
  await queue.resume();
  const schedules = startSchedules(handlers);
  const travel = timeTravel({ ...ports, ...queue, run: schedules.run, follow: provider.advance });
  const local = localRoutes({ ...ports, travel, run: schedules.run, idle: queue.idle });
  const gateway = await startGateway(port, { handlers, streamingProxy, local });
  return {
    url,
    stop: async () => {
      schedules.stop();
      await gateway.stop();
      await queue.stop();
      await provider.stop();
      await ports.stop();
      unlock();
    },
  };
};
