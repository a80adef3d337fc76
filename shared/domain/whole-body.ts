import { AppError } from '../errors.ts';
import type { ByteStream } from '../ports.ts';

/** A body that is read whole, or that comes piece by piece. */
export type Body = Uint8Array | ByteStream | undefined;

const tooLarge = (largest: number, why: string) =>
  new AppError(
    413,
    'body_too_large',
    `The body is larger than ${(largest / 1_048_576).toFixed(0)} MB. ${why}`.trim(),
  );

/** Reads a body to its end, `largest` bytes at the most. Rejects with 413, which says why it has to be whole. */
export const wholeBody = async (
  body: Body,
  { largest, why = '' }: { readonly largest: number; readonly why?: string },
): Promise<Uint8Array | undefined> => {
  if (body === undefined || body instanceof Uint8Array) {
    if ((body?.byteLength ?? 0) > largest) throw tooLarge(largest, why);
    return body;
  }
  if ((body.byteLength ?? 0) > largest) throw tooLarge(largest, why);
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    size += piece.byteLength;
    if (size > largest) throw tooLarge(largest, why);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
};
