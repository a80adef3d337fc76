import type { IncomingResponse } from '../ports.ts';

/** Lets go of an answer that nobody will read: leaving the loop gives its connection back. */
export const discard = async ({ body }: Pick<IncomingResponse, 'body'>): Promise<void> => {
  try {
    for await (const chunk of body) if (chunk.byteLength > 0) return;
  } catch {
    // The other side broke it off itself.
  }
};
