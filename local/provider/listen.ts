import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';

const codeOf = (error: unknown) =>
  error instanceof Error && 'code' in error ? String(error.code) : 'no code';

/** Starts listening on one address and answers with the port. Rejects with a sentence when the address cannot be had. */
export const listen = async (server: Server, host: string, port: number): Promise<number> => {
  server.listen({ host, port, exclusive: true });
  await once(server, 'listening').catch((error: unknown) => {
    const reason = codeOf(error) === 'EADDRINUSE' ? 'another program has it' : codeOf(error);
    throw new Error(`Port ${port} of ${host} cannot be listened on: ${reason}.`, {
      cause: error,
    });
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
};

/** Listens on `::1` too, since `localhost` may mean that; undefined where the machine has no such address. */
export const listenOnIpv6 = async (
  handler: RequestListener,
  port: number,
  options: ServerOptions = {},
): Promise<Server | undefined> => {
  const server = createServer(options, handler);
  try {
    await listen(server, '::1', port);
    return server;
  } catch (error) {
    const code = codeOf(error instanceof Error ? error.cause : error);
    if (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT') return undefined;
    throw error;
  }
};

const lowest = 20_000;
const highest = 32_000;

/**
 * A port that nobody listens on at the moment, below those that systems give to outgoing connections: so it is still free
 * when it is needed a moment, or a restart, later.
 */
export const freePort = async (): Promise<number> => {
  const port = randomInt(lowest, highest);
  const server = createServer();
  try {
    await listen(server, '127.0.0.1', port);
  } catch {
    return freePort();
  }
  await close(server);
  return port;
};

/** Stops a server: what is under way is finished, but for a second at most. */
export const close = async (server: Server): Promise<void> => {
  const closed = once(server, 'close');
  server.close();
  const patience = setTimeout(() => server.closeAllConnections(), 1000);
  await closed;
  clearTimeout(patience);
};
