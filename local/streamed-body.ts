import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ByteStream } from '#shared/ports.ts';

/** What is as small as this is read whole: such a body can be sent again when a token turns out to be over. */
const readAhead = 1_048_576;

/** How long a body of unknown length is waited for: one that trickles may be meant to be heard as it comes. Milliseconds. */
const patience = 100;

const announced = ({ headers }: IncomingMessage): number | undefined => {
  const length = headers['content-length'];
  if (length !== undefined) return Number(length);
  return headers['transfer-encoding'] === undefined ? 0 : undefined;
};

type Next = Promise<IteratorResult<Buffer>>;

/** What was read already, what is being read, and the rest as it comes. */
async function* after(
  head: readonly Buffer[],
  begun: Next,
  rest: AsyncIterator<Buffer>,
): AsyncGenerator<Buffer> {
  try {
    yield* head;
    for (let next = await begun; next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

/** Reads up to a megabyte; what is longer, or takes its time where nobody knows how long it is, becomes a stream. */
const read = async (source: AsyncIterable<Buffer>, length?: number): Promise<Buffer | ByteStream> => {
  const head: Buffer[] = [];
  let size = 0;
  const pieces = source[Symbol.asyncIterator]();
  const late = length === undefined && sleep(patience, undefined, { ref: false });
  for (;;) {
    const begun = pieces.next();
    // If nobody reads on, nobody need hear that it broke off.
    begun.catch(() => undefined);
    const next = size > readAhead ? undefined : await (late ? Promise.race([begun, late]) : begun);
    if (next === undefined) return after(head, begun, pieces);
    if (next.done === true) return Buffer.concat(head);
    head.push(next.value);
    size += next.value.byteLength;
  }
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
    read: async () => (length !== undefined && length > readAhead ? stream : read(pieces, length)),
    leave: () => void source.destroy(),
  };
};
