import { AppError } from '../../errors.ts';
import type { Outgoing } from './send.ts';

/** In bytes: it is held as long as the pages of a list are asked for. */
const largest = 1_048_576;

const tooLarge = () =>
  new AppError(
    413,
    'body_too_large',
    `The body of a call for a list is sent with each page, and may have ${String(largest)} bytes.`,
  );

/** A body that can be sent again and again, read whole where it comes as a stream. Rejects with 413. */
export const wholeBody = async (
  body: Outgoing['body'] | AsyncIterable<Uint8Array>,
): Promise<Uint8Array | undefined> => {
  if (body === undefined || body instanceof Uint8Array) return body;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > largest) throw tooLarge();
    chunks.push(chunk);
  }
  return size === 0 ? undefined : Buffer.concat(chunks);
};
