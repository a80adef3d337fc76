import type { Socket } from 'node:net';
import { codeOf } from './failure.ts';

type Done = (error?: Error | null) => void;

/** What writing fails with when the other side has closed. */
const closed = new Set(['EPIPE', 'ECONNRESET']);

const isClosed = (error: Error | null | undefined): boolean => closed.has(codeOf(error) ?? '');

/**
 * Makes a connection read to its end before it fails. A server may answer a request before it has all of it, and close at once
 * (RFC 9112 §9.6): writing then fails, while the answer is still to be read, and Node alone would throw it away.
 */
export const readsOn = (socket: Socket): Socket => {
  // Kept back until there is nothing more to be read; whoever hears of the end itself is to hear of it first.
  const patient =
    (done: Done): Done =>
    (error) => {
      if (!isClosed(error) || socket.readableEnded) done(error);
      else socket.once('end', () => setImmediate(done, error));
    };
  const write = socket._write.bind(socket);
  const writeAll = socket._writev?.bind(socket);
  socket._write = (chunk: unknown, encoding, done) => write(chunk, encoding, patient(done));
  if (writeAll) socket._writev = (chunks, done) => writeAll(chunks, patient(done));
  return socket;
};
