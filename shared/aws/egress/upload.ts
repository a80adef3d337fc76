import { Readable } from 'node:stream';
import { HttpFailure, type ByteStream, type OutgoingRequest } from '#shared/ports.ts';
import { because } from './failure.ts';
import { bytesPassed } from './young-garbage.ts';

/** Whether a body comes piece by piece. */
export const isStream = (body: OutgoingRequest['body']): body is ByteStream =>
  typeof body === 'object' && Symbol.asyncIterator in body;

/** More bytes than were announced would be the beginning of another request (RFC 9112 §6.3), fewer would wait for ever. */
const wrongLength = () => new HttpFailure('aborted', true);

async function* counted(body: ByteStream): AsyncGenerator<Uint8Array> {
  let left = body.byteLength ?? Infinity;
  try {
    for await (const piece of body) {
      left -= piece.byteLength;
      if (left < 0) throw wrongLength();
      bytesPassed(piece.byteLength);
      if (piece.byteLength > 0) yield piece;
    }
  } catch (error) {
    throw error instanceof HttpFailure ? error : new HttpFailure('aborted', true, because(error));
  }
  if (left > 0 && left < Infinity) throw wrongLength();
}

/**
 * A body that streams, as it is written to the wire: pulled as fast as the other side takes it, and no byte more or less than
 * announced.
 */
export const upload = (body: ByteStream): Readable => Readable.from(counted(body), { objectMode: false });
