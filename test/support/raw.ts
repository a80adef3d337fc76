import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

type Lines = readonly (readonly [string, string])[];

/** A message of HTTP/1.1 as its bytes say it, read as Latin-1. */
export interface RawMessage {
  /** The request line, or the status line. */
  readonly first: string;
  readonly lines: Lines;
  readonly body: Buffer;
}

const valueOf = (lines: Lines, name: string): string | undefined =>
  lines.find(([known]) => known.toLowerCase() === name)?.[1];

interface Unchunked {
  readonly body: Buffer;
  readonly end: number;
}

/** Takes chunks apart (RFC 9112 §7.1); undefined while the last is yet to come. Trailers are left out. */
const unchunk = (bytes: Buffer, start: number): Unchunked | undefined => {
  const parts: Buffer[] = [];
  for (let at = start; ;) {
    const line = bytes.indexOf('\r\n', at);
    if (line < 0) return undefined;
    const size = Number.parseInt(bytes.toString('latin1', at, line), 16);
    at = line + 2;
    if (size === 0) {
      const empty = bytes.indexOf('\r\n\r\n', line);
      return empty < 0 ? undefined : { body: Buffer.concat(parts), end: empty + 4 };
    }
    if (bytes.length < at + size + 2) return undefined;
    parts.push(bytes.subarray(at, at + size));
    at += size + 2;
  }
};

interface ReadOptions {
  /** Whether there is no body whatever the head says: the answer to a HEAD, 204 and 304. */
  readonly bodiless?: boolean;
  /** Whether nothing follows, so that an answer without a length has all that there is. */
  readonly closed?: boolean;
}

/** The first message in the bytes and where it ends; undefined while it is not whole. */
export const readMessage = (
  bytes: Buffer,
  { bodiless = false, closed = false }: ReadOptions = {},
): { message: RawMessage; end: number } | undefined => {
  const head = bytes.indexOf('\r\n\r\n');
  if (head < 0) return undefined;
  const [first = '', ...rest] = bytes.toString('latin1', 0, head).split('\r\n');
  const lines = rest.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '')];
  });
  const start = head + 4;
  const whole = (body: Buffer, end: number) => ({ message: { first, lines, body }, end });
  if (bodiless) return whole(Buffer.alloc(0), start);
  if (valueOf(lines, 'transfer-encoding')?.toLowerCase().endsWith('chunked')) {
    const found = unchunk(bytes, start);
    return found && whole(found.body, found.end);
  }
  const length = valueOf(lines, 'content-length');
  if (length === undefined)
    return whole(closed ? bytes.subarray(start) : Buffer.alloc(0), closed ? bytes.length : start);
  const end = start + Number(length);
  return bytes.length < end ? undefined : whole(bytes.subarray(start, end), end);
};

/** A server that reads requests from the bytes alone, and says what it is told to. */
export interface Recorder {
  readonly port: number;
  readonly received: readonly RawMessage[];
  /** How many bytes came that are no whole request. */
  readonly unread: () => number;
  readonly stop: () => Promise<void>;
}

const plain = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');

/** Starts a recorder on loopback. A connection is closed behind an answer that says so, or whose request does. */
export const startRecorder = async (
  answerOf: (message: RawMessage) => Buffer = () => plain,
): Promise<Recorder> => {
  const received: RawMessage[] = [];
  const sockets = new Set<Socket>();
  const rests = new Map<Socket, number>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let pending: Buffer = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (piece: Buffer) => {
      pending = Buffer.concat([pending, piece]);
      for (let next = readMessage(pending); next; next = readMessage(pending)) {
        pending = pending.subarray(next.end);
        received.push(next.message);
        const answer = answerOf(next.message);
        socket.write(answer);
        const closes = (text: string | undefined) => text?.toLowerCase() === 'close';
        const head = answer.toString('latin1', 0, answer.indexOf('\r\n\r\n'));
        if (closes(valueOf(next.message.lines, 'connection')) || /^connection: close$/im.test(head))
          socket.end();
      }
      rests.set(socket, pending.length);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    received,
    unread: () => rests.values().reduce((sum, rest) => sum + rest, 0),
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};

/** Writes bytes to a port and answers all that comes back until the other side closes, or says nothing for a while. */
export const exchange = (port: number, bytes: Buffer, patience = 10_000): Promise<Buffer> =>
  new Promise((resolve) => {
    const pieces: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.setTimeout(patience, () => socket.destroy());
    socket.on('data', (piece: Buffer) => pieces.push(piece));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(Buffer.concat(pieces)));
  });
