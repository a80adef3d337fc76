import type { ServerResponse } from 'node:http';

interface Metadata {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
}

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
        from: (stream: ServerResponse, { statusCode, headers }: Metadata) => {
          // Whoever waits for the end of what nobody reads waits for ever.
          if (stream.destroyed) throw new Error('The caller has gone.');
          stream.writeHead(statusCode, headers);
          return stream;
        },
      },
    },
  });
};
