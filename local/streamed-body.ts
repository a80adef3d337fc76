import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import type { ByteStream } from '#shared/ports.ts';

/** What is as small as this is read whole: such a body can be sent again when a token turns out to be over. */
const readAhead = 1_048_576;

const announced = ({ headers }: IncomingMessage): number | undefined => {
  const length = headers['content-length'];
  if (length !== undefined) return Number(length);
  return headers['transfer-encoding'] === undefined ? 0 : undefined;
};

/** What was read already, and the rest as it comes. */
async function* after(head: readonly Buffer[], rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield* head;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

/** Reads up to a megabyte; what is longer becomes a stream. */
const read = async (source: AsyncIterable<Buffer>): Promise<Buffer | ByteStream> => {
  const head: Buffer[] = [];
  let size = 0;
  const pieces = source[Symbol.asyncIterator]();
  while (size <= readAhead) {
    const next = await pieces.next();
    if (next.done === true) return Buffer.concat(head);
    head.push(next.value);
    size += next.value.byteLength;
  }
  return after(head, pieces);
};

/** The body of a request: whole where it is small, else as it comes, and no faster than it is read. */
export const openBody = (request: IncomingMessage) => {
  const length = announced(request);
  if (length === 0)
    return { read: () => Promise.resolve<Buffer | ByteStream>(Buffer.alloc(0)), leave: () => undefined };
  const source = request.pipe(new PassThrough());
  // What nobody wants any more has to be taken off the wire, or the connection would be stuck.
  source.once('close', () => request.resume());
  source.on('error', () => undefined);
  request.once('close', () => {
    if (!request.complete) source.destroy(new Error('The caller has gone.'));
  });
  const pieces: AsyncIterable<Buffer> = source;
  const stream = { [Symbol.asyncIterator]: () => pieces[Symbol.asyncIterator](), byteLength: length };
  return {
    read: async () => (length !== undefined && length > readAhead ? stream : read(pieces)),
    leave: () => void source.destroy(),
  };
};
