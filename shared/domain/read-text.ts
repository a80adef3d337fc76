import { HttpFailure, type IncomingResponse } from '../ports.ts';

/** Reads an answer whole, up to a size in bytes. Rejects with `HttpFailure`: `too_large`, or `reset` when it breaks off. */
export const readText = async ({ body }: IncomingResponse, largest: number): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      size += chunk.byteLength;
      if (size > largest) throw new HttpFailure('too_large', true);
      chunks.push(chunk);
    }
  } catch (cause) {
    throw cause instanceof HttpFailure ? cause : new HttpFailure('reset', true, { cause });
  }
  return Buffer.concat(chunks).toString('utf8');
};
