import { pipeline, Readable, type Transform } from 'node:stream';
import {
  constants,
  createBrotliDecompress,
  createInflateRaw,
  createUnzip,
  createZstdDecompress,
} from 'node:zlib';
import { AppError } from '../../errors.ts';
import type { IncomingResponse } from '../../ports.ts';

type Pairs = IncomingResponse['headers'];
type Body = IncomingResponse['body'];

/** What makes a window of more than 8 MB is refused, as RFC 9659 §3 lets us: an answer must not choose how much memory it takes. */
const zstd = () => createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: 23 } });

/** Some servers send the bare stream where RFC 9110 §8.4.1.2 asks for the one of zlib, which begins with the method 8. */
const deflate = (first: number) => ((first & 0x0f) === 8 ? createUnzip() : createInflateRaw());

/** By the names of RFC 9110 §8.4.1, RFC 7932 and RFC 8878. */
const decoders: Readonly<Record<string, (first: number) => Transform>> = {
  gzip: () => createUnzip(),
  'x-gzip': () => createUnzip(),
  deflate,
  br: () => createBrotliDecompress(),
  zstd,
};

/** They tell of the bytes as they came. */
const ofTheCoded = new Set(['content-encoding', 'content-length', 'content-md5', 'content-digest']);

const broken = () =>
  new AppError(502, 'undecodable_answer', 'The answer of the service is not compressed as it says.');

/** The first piece with something in it, and all that follow. */
async function* begun(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield first;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

const firstOf = async (pieces: AsyncIterator<Uint8Array>): Promise<Uint8Array | undefined> => {
  for (let next = await pieces.next(); next.done !== true; next = await pieces.next())
    if (next.value.byteLength > 0) return next.value;
  return undefined;
};

/** A body without one of its codings. An empty body stays one, and what the body itself fails with is passed on. */
async function* decoded(body: Body, decoder: (first: number) => Transform): AsyncGenerator<Uint8Array> {
  const pieces = body[Symbol.asyncIterator]();
  const first = await firstOf(pieces);
  if (first === undefined) return;
  let failure: Error | undefined;
  const source = Readable.from(begun(first, pieces), { objectMode: false });
  source.once('error', (error: Error) => (failure = error));
  const out: AsyncIterable<unknown> = pipeline(source, decoder(first[0] ?? 0), () => undefined);
  try {
    for await (const piece of out) if (Buffer.isBuffer(piece)) yield piece;
  } catch {
    throw failure ?? broken();
  }
}

/** The same pieces. Where nobody begins to read them, the source is let go of all the same: a generator would not hear of it. */
const lettingGoOf = (source: Body, pieces: Body): Body => ({
  [Symbol.asyncIterator]: () => {
    const inner = pieces[Symbol.asyncIterator]();
    let begun = false;
    return {
      next: () => {
        begun = true;
        return inner.next();
      },
      return: async () => {
        if (!begun) await source[Symbol.asyncIterator]().return?.();
        return (await inner.return?.()) ?? { done: true, value: undefined };
      },
    };
  },
});

/** More codings than anybody means; each costs memory of its own. */
const mostCodings = 3;

const codingsOf = (headers: Pairs): readonly string[] =>
  headers
    .filter(([name]) => name.toLowerCase() === 'content-encoding')
    .flatMap(([, value]) => value.toLowerCase().split(','))
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity');

const unpacked = (answer: IncomingResponse): IncomingResponse => {
  const codings = codingsOf(answer.headers);
  const chain = codings
    .toReversed()
    .map((coding) => (Object.hasOwn(decoders, coding) ? decoders[coding] : undefined));
  const steps = chain.filter((step) => step !== undefined);
  const whole = steps.length === chain.length && steps.length <= mostCodings;
  if (steps.length === 0 || !whole || answer.status === 206) return answer;
  return {
    ...answer,
    headers: answer.headers.filter(([name]) => !ofTheCoded.has(name.toLowerCase())),
    body: lettingGoOf(answer.body, steps.reduce<Body>(decoded, answer.body)),
  };
};

/**
 * An answer with its body unpacked piece by piece, never much of it at once. One that has a coding which is not known, or is
 * a part of a coded body (206), stays as it is. Reading the body rejects with 502 where it is not what the headers say.
 */
export const decodedAnswer = (answer: IncomingResponse): Promise<IncomingResponse> =>
  Promise.try(unpacked, answer);
