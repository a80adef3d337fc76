import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { CallContext, Patience } from './patience.ts';

interface Head {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
}

type Streaming = (event: unknown, stream: Writable, context: CallContext) => Promise<void>;

/** What Lambda's runtime gives to functions that stream. */
declare const awslambda: {
  readonly streamifyResponse: (run: Streaming) => Streaming;
  readonly HttpResponseStream: { readonly from: (stream: Writable, head: Head) => Writable };
};

/** Makes a function whose answer goes out as it comes in. */
export const streamed = (run: Streaming): Streaming => awslambda.streamifyResponse(run);

type Answer = Head & { readonly body: string | AsyncIterable<Uint8Array> };

const isOut = async (stream: Writable): Promise<void> =>
  new Promise((resolve) => stream.once('finish', resolve).once('close', resolve));

/**
 * Writes an answer and comes back when all of it is out, or nobody takes it any more: then the call is given up at once, for to
 * ask the source to end would wait for the next piece, and a service that is silent sends none. Rejects when the source breaks off
 * or the reader had gone before. Not by `pipeline`, whose bookkeeping takes some twentieth of a whole proxied call.
 */
export const pour = async (
  stream: Writable,
  { body, ...head }: Answer,
  { signal, end }: Patience,
): Promise<void> => {
  const left = () => end(true);
  try {
    const out = awslambda.HttpResponseStream.from(stream, head);
    const done = isOut(out);
    out.once('close', left);
    // The head goes out now, for the first piece may be long in coming.
    out.write('');
    if (typeof body === 'string') out.write(body);
    else for await (const piece of body) if (!out.write(piece)) await once(out, 'drain', { signal });
    out.off('close', left).end();
    await done;
  } catch (error) {
    left();
    stream.destroy();
    throw error;
  }
};
