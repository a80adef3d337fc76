import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { IncomingResponse, OutgoingRequest } from '#shared/ports.ts';

/** A real listener that shows every byte it gets and says whatever it is told to. */
export interface Listener {
  readonly port: number;
  readonly connections: () => number;
  /** All that came in, over all connections. */
  readonly received: () => string;
  readonly close: () => Promise<void>;
}

export type Behaviour = (socket: Socket, received: string) => void;

/** Listens on loopback; the behaviour runs whenever a connection has brought a whole head. */
export const listen = async (behave: Behaviour, host = '127.0.0.1', port = 0): Promise<Listener> => {
  const sockets = new Set<Socket>();
  let connections = 0;
  let everything = '';
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    let head = '';
    socket.on('error', () => undefined);
    socket.on('data', (piece) => {
      everything += piece.toString('latin1');
      head += piece.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      const received = head;
      head = '';
      behave(socket, received);
    });
  });
  await listening(server, host, port);
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    received: () => everything,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};

export const listening = async (server: Server, host: string, port = 0) => {
  server.listen(port, host);
  await once(server, 'listening');
};

/** Answers with the lines given, CRLF between them. */
export const say =
  (...lines: string[]): Behaviour =>
  (socket) =>
    socket.write(lines.join('\r\n'));

export const ok = say('HTTP/1.1 200 OK', 'Content-Length: 2', '', 'ok');

export const call = (url: string, more: Partial<OutgoingRequest> = {}): OutgoingRequest => ({
  method: 'GET',
  url,
  headers: [],
  timeoutMilliseconds: 5_000,
  ...more,
});

export const bytesOf = async ({ body }: IncomingResponse): Promise<Buffer> => {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces);
};

export const textOf = async (response: IncomingResponse) => (await bytesOf(response)).toString();

/** The error that a promise rejects with; throws when it does not reject. */
export const errorOf = async (work: Promise<unknown>): Promise<unknown> => {
  const nothing = Symbol('nothing');
  const error = await work.then(
    () => nothing,
    (reason: unknown) => reason,
  );
  if (error === nothing) throw new Error('It did not reject.');
  return error;
};
