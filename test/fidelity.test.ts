import { brotliCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { answerDifferences, differing, framing, requestDifferences } from './fidelity/differences.ts';
import { anyAnswer, anyRequest, type CaseAnswer, type CaseRequest } from './fidelity/messages.ts';
import { startProduct, type RunningProduct } from './support/product.ts';
import { exchange, readMessage, startRecorder, type RawMessage, type Recorder } from './support/raw.ts';
import { keyedService } from './fidelity/service.ts';

const pairs = 200;
const credential = ['x-api-key', 'the-api-key'] as const;

let product: RunningProduct;
let recorder: Recorder;
let authId: string;
let answers: Buffer;

beforeAll(async () => {
  recorder = await startRecorder(() => answers);
  product = await startProduct({ allow: `127.0.0.1:${recorder.port}` });
  authId = await keyedService(product, `http://127.0.0.1:${recorder.port}/base`);
}, 90_000);

afterAll(async () => {
  await product.discard();
  await recorder.stop();
});

const chunked = (body: Buffer, sizes: readonly number[]): Buffer => {
  const parts: Buffer[] = [];
  let at = 0;
  for (let turn = 0; at < body.length; turn += 1) {
    const piece = body.subarray(at, at + (sizes[turn % sizes.length] ?? 1));
    parts.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n'));
    at += piece.length;
  }
  return Buffer.concat([...parts, Buffer.from('0\r\nX-Trailer: dropped\r\n\r\n')]);
};

const head = (first: string, headers: readonly (readonly [string, string])[]): Buffer =>
  Buffer.from([first, ...headers.map((line) => line.join(': ')), '', ''].join('\r\n'), 'latin1');

/** The bytes of a request to a path, with headers of the one way that it goes before its own. */
const requestBytes = (
  sent: CaseRequest,
  path: string,
  way: readonly (readonly [string, string])[],
): Buffer => {
  const { method, query, body, chunks } = sent;
  const frame: [string, string][] =
    body === undefined
      ? []
      : chunks
        ? [['Transfer-Encoding', 'chunked']]
        : [['Content-Length', String(body.length)]];
  const first = `${method} ${path}${sent.path}${query} HTTP/1.1`;
  const written = body === undefined ? Buffer.alloc(0) : chunks ? chunked(body, chunks) : body;
  return Buffer.concat([head(first, [...way, ...sent.headers, ...frame, ['Connection', 'close']]), written]);
};

const answerBytes = ({ status, headers, body, framing: by }: CaseAnswer, method: string): Buffer => {
  const bare = method === 'HEAD' || status === 204 || status === 304;
  const frames: Record<CaseAnswer['framing'], readonly [string, string]> = {
    length: ['Content-Length', String(body.length)],
    chunked: ['Transfer-Encoding', 'chunked'],
    close: ['Connection', 'close'],
  };
  const written = by === 'chunked' ? chunked(body, [100, 7]) : body;
  const frame = status === 204 ? [] : [frames[by]];
  return Buffer.concat([
    head(`HTTP/1.1 ${status} Whatever`, [...headers, ...frame]),
    bare ? Buffer.alloc(0) : written,
  ]);
};

const unframed = (message: RawMessage) => ({
  ...message,
  lines: message.lines.filter(([name]) => !framing.includes(name.toLowerCase())),
});

/** What the product adds to an answer: who it came by, and what Node writes. */
const ours = /^(?:latchkey-(?:auth|service|request-id)|keep-alive)$/;

const told = (bytes: Buffer, { method }: CaseRequest, { status }: CaseAnswer): RawMessage => {
  const bodiless = method === 'HEAD' || status === 204 || status === 304;
  const read = readMessage(bytes, { bodiless, closed: true });
  if (!read) throw new Error(`No answer: ${bytes.toString('latin1').slice(0, 300)}`);
  return read.message;
};

const compare = async (sent: CaseRequest, said: CaseAnswer): Promise<void> => {
  answers = answerBytes(said, sent.method);
  const host = (port: number) => ['Host', `127.0.0.1:${port}`] as const;
  const count = recorder.received.length;
  const straight = await exchange(recorder.port, requestBytes(sent, '/base', [host(recorder.port)]));
  const port = Number(new URL(product.url).port);
  const authorization = ['Authorization', `Bearer ${product.key}`] as const;
  const way = [host(port), authorization];
  const through = await exchange(port, requestBytes(sent, `/v1/proxy/${authId}`, way));
  const [one, other, ...more] = recorder.received.slice(count);
  if (!one || !other) throw new Error(`It did not come through: ${through.toString('latin1').slice(0, 500)}`);
  expect(more).toEqual([]);
  expect(unframed(other)).toEqual(differing(requestDifferences(credential), one));

  const expected = differing(answerDifferences, told(straight, sent, said));
  const got = told(through, sent, said);
  const dated = expected.lines.some(([name]) => name === 'date');
  expect({
    first: got.first.split(' ').slice(0, 2).join(' '),
    lines: unframed(got).lines.filter(
      ([name]) => !ours.test(name.toLowerCase()) && (dated || name !== 'Date'),
    ),
    body: got.body,
  }).toEqual(expected);
  expect(got.lines.map(([name]) => name)).toEqual(
    expect.arrayContaining(['latchkey-auth', 'latchkey-service', 'latchkey-request-id']),
  );
};

describe('what goes through the proxy', () => {
  it(`differs from what goes straight in nothing but what the guide says: ${pairs} requests and answers`, async () => {
    let count = 0;
    await fc.assert(
      fc.asyncProperty(anyRequest, anyAnswer, async (sent, said) => {
        count += 1;
        await compare(sent, said);
      }),
      { numRuns: pairs, seed: 6 },
    );
    expect(count).toBe(pairs);
  }, 120_000);
});

describe('the options of a call', () => {
  const call = (headers: Record<string, string>) =>
    fetch(`${product.url}/v1/proxy/${authId}/options`, {
      headers: { authorization: `Bearer ${product.key}`, ...headers },
    });
  const said = (more: Partial<CaseAnswer>): Buffer =>
    answerBytes({ status: 200, headers: [], body: Buffer.alloc(0), framing: 'length', ...more }, 'GET');

  it('act, and none of their headers goes on', async () => {
    answers = said({ headers: [['Content-Encoding', 'br']], body: brotliCompressSync('hello') });
    const before = recorder.received.length;
    const answer = await call({ 'Latchkey-Decode': 'true', 'Latchkey-Timeout': '5', 'X-Mine': '1' });
    expect([await answer.text(), answer.headers.get('content-encoding')]).toEqual(['hello', null]);
    const names = recorder.received.at(before)!.lines.map(([name]) => name);
    expect(names).toContain('x-mine');
    expect(names.filter((name) => name.startsWith('latchkey'))).toEqual([]);
  });

  it('that there are not are refused before anything is sent', async () => {
    const before = recorder.received.length;
    const answer = await call({ 'Latchkey-Time': '5' });
    expect([answer.status, answer.headers.get('latchkey-error')]).toEqual([400, 'invalid_request']);
    expect(await answer.text()).toContain('headers.latchkey-time');
    expect(recorder.received).toHaveLength(before);
  });

  it('end a call whose service does not answer, with an error of ours that names the time', async () => {
    answers = Buffer.alloc(0);
    const answer = await call({ 'Latchkey-Timeout': '0.2' });
    expect([answer.status, answer.headers.get('latchkey-error')]).toEqual([504, 'upstream_timeout']);
    expect(await answer.text()).toContain('within 0.2 seconds');
  });

  it('break an answer off that is not compressed as it says, where its head is out already', async () => {
    answers = said({ headers: [['Content-Encoding', 'gzip']], body: Buffer.from('no gzip at all') });
    const answer = await call({ 'Latchkey-Decode': 'true' });
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow();
  });
});
