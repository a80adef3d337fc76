import type { IncomingResponse } from '../ports.ts';

/**
 * Lets go of an answer that nobody will read, which gives its connection back. Its first piece is asked for, as a body that
 * nobody has begun may hear of no end, but not waited for: a service that is silent sends none.
 */
export const discard = async ({ body }: Pick<IncomingResponse, 'body'>): Promise<void> => {
  const pieces = body[Symbol.asyncIterator]();
  const first = pieces.next();
  try {
    await Promise.all([first, pieces.return?.()]);
  } catch {
    // The other side broke it off itself, or is made to.
  }
};
