import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answering } from './answering.ts';

const portOf = (address: string | AddressInfo | null): number => {
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return address.port;
};

/**
 * Serves on the loopback address for the process that started this one: tells it the port, answers what it asks, and
 * ends when it ends.
 */
export const serveFor = (server: Server, asked: (question: unknown) => object = () => ({})): void => {
  // Connections outlast the pauses between two runs.
  server.keepAliveTimeout = 120_000;
  server.listen(0, '127.0.0.1', () => answering({ port: portOf(server.address()) }, asked));
};
