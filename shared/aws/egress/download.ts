import type { IncomingMessage } from 'node:http';
import { HttpFailure } from '#shared/ports.ts';
import { because } from './failure.ts';
import type { Stop } from './stop.ts';
import { bytesPassed } from './young-garbage.ts';

/** The pieces as they come. Throws `HttpFailure` when they break off, are stopped, or keep silent for so long. */
async function* piecesOf(
  incoming: IncomingMessage,
  stop: Stop,
  silenceMilliseconds: number,
): AsyncGenerator<Uint8Array> {
  const source: AsyncIterable<unknown> = incoming;
  const now = { waiting: true, silent: false };
  const timer = setTimeout(() => {
    now.silent = now.waiting;
    if (now.silent) incoming.destroy();
  }, silenceMilliseconds).unref();
  try {
    for await (const piece of source) {
      now.waiting = false;
      if (!Buffer.isBuffer(piece)) continue;
      bytesPassed(piece.byteLength);
      yield piece;
      now.waiting = true;
      timer.refresh();
    }
  } catch (error) {
    throw stop.failure(true) ?? new HttpFailure(now.silent ? 'timeout' : 'reset', true, because(error));
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The body of an answer, piece by piece as it comes and no faster than it is read. Throws `HttpFailure` when it breaks off,
 * is stopped, or is silent for so long; the time in which nobody reads does not count. Who leaves it ends its connection at
 * once: a generator that is asked to end waits for the next piece first, and one that nobody has begun does nothing.
 */
export const download = (
  incoming: IncomingMessage,
  stop: Stop,
  silenceMilliseconds: number,
): AsyncIterable<Uint8Array> => ({
  [Symbol.asyncIterator]: () => {
    const pieces = piecesOf(incoming, stop, silenceMilliseconds);
    return {
      next: () => pieces.next(),
      return: () => {
        // What has come whole leaves its connection to the next call.
        if (incoming.complete) incoming.resume();
        else incoming.destroy();
        return pieces.return(undefined);
      },
    };
  },
});
