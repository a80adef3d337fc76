import { Readable } from 'node:stream';
import type { Patience } from './patience.ts';

/**
 * The body of an answer that goes out as it comes in. When it is left, the call is given up at once: to ask the source to
 * end would wait for the next piece, and a service that is silent sends none.
 */
export const flowing = (body: AsyncIterable<Uint8Array>, patience: Pick<Patience, 'end'>): Readable => {
  const pieces = body[Symbol.asyncIterator]();
  const fail = (error: unknown) =>
    void stream.destroy(error instanceof Error ? error : new Error('Broken off.'));
  const stream = new Readable({
    read: () => {
      pieces.next().then((next) => void stream.push(next.done === true ? null : next.value), fail);
    },
    destroy: (error, done) => {
      patience.end(!stream.readableEnded);
      // It has ended, or it is ended by the signal; what it still says goes to nobody.
      pieces.return?.().catch(() => undefined);
      done(error);
    },
  });
  return stream;
};
