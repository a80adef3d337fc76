import { Readable } from 'node:stream';
import type { Patience } from './patience.ts';

/**
 * The body of an answer that goes out as it comes in. When it is left, the call is given up at once: to ask the source to
 * end would wait for the next piece, and a service that is silent sends none.
 */
export const flowing = (body: AsyncIterable<Uint8Array>, { signal, end }: Patience): Readable => {
  const pieces = body[Symbol.asyncIterator]();
  let begun = false;
  const fail = (error: unknown) =>
    void stream.destroy(error instanceof Error ? error : new Error('Broken off.'));
  const stream = new Readable({
    read: () => {
      begun = true;
      pieces.next().then((next) => void stream.push(next.done === true ? null : next.value), fail);
    },
    destroy: (error, done) => {
      end(!stream.readableEnded);
      // It has ended, or it is ended by the signal; what it still says goes to nobody.
      pieces.return?.().catch(() => undefined);
      done(error);
    },
  });
  // Who does not begin to read will never leave either.
  const leave = () => {
    if (!begun) stream.destroy();
  };
  signal.addEventListener('abort', leave, { once: true });
  if (signal.aborted) leave();
  return stream;
};
