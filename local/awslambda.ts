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
          stream.writeHead(statusCode, headers);
          // With bytes behind it Node writes the head in Latin-1, as it came; with a text it would write UTF-8.
          stream.write(Buffer.alloc(0));
          return stream;
        },
      },
    },
  });
};
