import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { handler as api } from '#functions/proxy/lambda.ts';
import { call } from '../support/api.ts';
import { keyedAuth, tokenDocument } from '../support/nouns.ts';
import { capturedOutput } from '../support/output.ts';
import { exchange, readMessage, startRecorder, type RawMessage, type Recorder } from '../support/raw.ts';
import { serviceOf } from '../support/types.ts';
import { startRunning } from './running.ts';

const texts = z.array(z.string()).min(1);
const corpus = z
  .object({
    targetsThatReachNoService: texts,
    targetsThatStayBelow: texts,
    methodsThatAreNotSent: texts,
    heads: texts,
    answersThatAreNone: texts,
    answersThatPass: texts,
  })
  .parse(JSON.parse(readFileSync(new URL('raw-messages.json', import.meta.url), 'utf8')));

const plain = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

let output: ReturnType<typeof capturedOutput>;
let product: Awaited<ReturnType<typeof startRunning>>;
let service: Recorder;
let auth = '';
let answer = plain;

beforeAll(async () => {
  output = capturedOutput();
  product = await startRunning();
  service = await startRecorder(() => Buffer.from(answer, 'latin1'));
  const document = tokenDocument({ baseUrl: `http://127.0.0.1:${service.port}/base` });
  auth = (await keyedAuth(product, await serviceOf(product, document), { api_key: 'the-api-key' })).id;
});
afterAll(async () => {
  await product.stop();
  await service.stop();
  output.stop();
});

let before = 0;
beforeEach(() => {
  before = service.received.length;
  answer = plain;
});

const received = () => service.received.slice(before);

const filled = (text: string): string =>
  text
    .replaceAll('{auth}', auth)
    .replaceAll('{port}', String(service.port))
    .replace(/\{(\d+)\}/, (_, count: string) => 'y'.repeat(Number(count)))
    .replace('{1500 headers}', Array.from({ length: 1500 }, (_, index) => `x${index}: 1`).join('\r\n'));

interface Ask {
  readonly method?: string;
  readonly target?: string;
  readonly head?: string;
}

/** Says something to the gateway byte for byte, and reads all that it says. */
const ask = async ({ method = 'GET', target = '/v1/proxy/{auth}/x', head }: Ask): Promise<Buffer> => {
  const lines = [
    `${method} ${target} HTTP/1.1`,
    ...(head?.startsWith('Host') ? [] : ['Host: localhost']),
    `Authorization: Bearer ${product.key}`,
    'Connection: close',
    ...(head === undefined ? [] : [head]),
  ];
  return exchange(product.port, Buffer.from(`${filled(lines.join('\r\n'))}\r\n\r\n`, 'latin1'), 3_000);
};

const statusOf = (bytes: Buffer): number => Number(bytes.toString('latin1', 9, 12));

/** What a request at the service must be, whatever was said to the gateway. */
const expectWhole = ({ first, lines }: RawMessage) => {
  expect(first).toMatch(/^[A-Z-]+ \/base[/?\x21-\x7e]* HTTP\/1\.1$/);
  const named = (name: string) =>
    lines.filter(([known]) => known.toLowerCase().replaceAll('_', '-') === name);
  expect(named('host').map(([, value]) => value)).toEqual([`127.0.0.1:${service.port}`]);
  expect(named('x-api-key').map(([, value]) => value)).toEqual(['the-api-key']);
  for (const name of ['x-smuggled', 'x-host', 'upgrade', 'http2-settings', 'authorization', 'expect'])
    expect(named(name)).toEqual([]);
};

describe('what is said to the gateway', () => {
  it('is tried in at least eighty ways', () => {
    const { targetsThatReachNoService, targetsThatStayBelow, methodsThatAreNotSent, heads } = corpus;
    const all = [targetsThatReachNoService, targetsThatStayBelow, methodsThatAreNotSent, heads];
    expect(new Set(all.flat()).size).toBe(all.flat().length);
    expect(all.flat().length).toBeGreaterThanOrEqual(80);
  });

  it.each(corpus.targetsThatReachNoService)('reaches no service as %j', async (target) => {
    const status = statusOf(await ask({ target }));
    expect(received()).toEqual([]);
    expect([400, 404, 422]).toContain(status);
  });

  it.each(corpus.targetsThatStayBelow)('stays below the base URL as %j', async (target) => {
    expect(statusOf(await ask({ target }))).toBe(200);
    expect(received()).toHaveLength(1);
    received().forEach(expectWhole);
  });

  it.each(corpus.methodsThatAreNotSent)('is not sent as %j', async (method) => {
    const said = await ask({ method });
    expect(received()).toEqual([]);
    // A tunnel is not even answered.
    if (method !== 'CONNECT') expect([400, 422]).toContain(statusOf(said));
    expect(said.toString()).not.toContain('address');
  });

  it.each(corpus.heads)('reaches the service as one request, or not at all, with %j', async (head) => {
    expect([200, 400, 401, 417, 431]).toContain(statusOf(await ask({ head })));
    expect(received().length).toBeLessThanOrEqual(1);
    received().forEach(expectWhole);
    expect(service.unread()).toBe(0);
  });
});

const calledByApi = () =>
  call(api, {
    method: 'GET',
    path: `/v1/proxy/${auth}/x`,
    headers: { authorization: `Bearer ${product.key}` },
  });

describe('what a service answers', () => {
  it.each(corpus.answersThatAreNone)('is an error of ours on both ways where it is %j', async (text) => {
    answer = text;
    const said = readMessage(await ask({}), { closed: true });
    expect(said?.message.first).toContain(' 502 ');
    expect(said?.message.lines).toContainEqual(['latchkey-error', 'upstream_unreachable']);
    const { status, headers } = await calledByApi();
    expect([status, headers['latchkey-error']]).toEqual([502, 'upstream_unreachable']);
  });

  it.each(corpus.answersThatPass)('is one answer on both ways where it is %j', async (text) => {
    answer = text;
    const said = await ask({});
    const bodiless = [204, 304].includes(statusOf(said));
    const read = readMessage(said, { bodiless, closed: true });
    expect(read?.end).toBe(said.length);
    const { lines = [], body } = read?.message ?? {};
    expect(body?.toString()).toBe(bodiless ? '' : 'ok');
    const byApi = await calledByApi();
    expect(byApi.text).toBe(bodiless ? '' : 'ok');
    expect(byApi.status).toBe(statusOf(said));
    for (const headers of [lines, Object.entries(byApi.headers)]) {
      expect(JSON.stringify(headers)).not.toMatch(/evil|x-split|set-cookie/i);
      expect(headers.filter(([name]) => name === 'latchkey-auth')).toEqual([['latchkey-auth', auth]]);
      // RFC 9110 §8.6: whoever believed it would take the next answer for the body of this one.
      if (statusOf(said) === 204) expect(headers.map(([name]) => name)).not.toContain('content-length');
    }
  });
});
