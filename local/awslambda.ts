import type { ServerResponse } from 'node:http';

interface Metadata {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
}

/**
 * The head goes out with the first piece of the body, where that comes at once, and else by itself: one call to the system
 * less for each answer. An empty piece, by which the head is asked for, is none.
 */
const begin = (stream: ServerResponse, { statusCode, headers }: Metadata): ServerResponse => {
  // Whoever waits for the end of what nobody reads waits for ever.
  if (stream.destroyed) throw new Error('The caller has gone.');
  stream.writeHead(statusCode, headers);
  const write = stream.write.bind(stream);
  let begun = false;
  Object.assign(stream, {
    write: (...piece: Parameters<typeof write>): boolean => {
      if (piece[0] === '') return true;
      begun = true;
      return write(...piece);
    },
  });
  setImmediate(() => {
    // With bytes behind it Node writes the head in Latin-1, as it came; with a text it would write UTF-8.
    if (!begun && !stream.writableEnded) write(Buffer.alloc(0));
  });
  return stream;
};

type Streamer = (event: unknown, stream: ServerResponse, context: unknown) => Promise<unknown>;

/**
 * What Lambda's runtime gives to functions that stream, here over Node's own response.
 * It has to stand before the functions are loaded.
 */
export const installStreaming = (): void => {
  Object.assign(globalThis, {
    awslambda: {
      streamifyResponse: (run: Streamer) => run,
      HttpResponseStream: {
        from: begin,
      },
    },
  });
};
