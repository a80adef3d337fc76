import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const portOf = (address: string | AddressInfo | null): number => {
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return address.port;
};

/** Serves on the loopback address for the process that started this one: tells it the port, and ends when it ends. */
export const serveFor = (server: Server): void => {
  // Connections outlast the pauses between two runs.
  server.keepAliveTimeout = 120_000;
  server.listen(0, '127.0.0.1', () => process.send?.({ port: portOf(server.address()) }));
  process.once('disconnect', () => process.exit());
};
