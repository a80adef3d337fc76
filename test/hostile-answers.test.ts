import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { startProduct, type RunningProduct } from './support/product.ts';
import { exchange, readMessage, startRecorder, type Recorder } from './support/raw.ts';
import { keyedService } from './fidelity/service.ts';

let product: RunningProduct;
let recorder: Recorder;
let authId: string;
let said: Buffer;

beforeAll(async () => {
  recorder = await startRecorder(() => said);
  product = await startProduct({ allow: `127.0.0.1:${recorder.port}` });
  authId = await keyedService(product, `http://127.0.0.1:${recorder.port}/base`);
}, 90_000);

afterAll(async () => {
  await product.discard();
  await recorder.stop();
});

/** What comes back when the service answers these bytes, as the bytes say it. */
const through = async (answer: string, method = 'GET') => {
  said = Buffer.from(answer, 'latin1');
  const request = [
    `${method} /v1/proxy/${authId}/x HTTP/1.1`,
    'Host: localhost',
    `Authorization: Bearer ${product.key}`,
    'Connection: close',
    '',
    '',
  ].join('\r\n');
  const bytes = await exchange(Number(new URL(product.url).port), Buffer.from(request));
  const bodiless = method === 'HEAD' || / (?:204|304) /.test(bytes.toString('latin1', 0, 20));
  const read = readMessage(bytes, { closed: true, bodiless });
  if (!read) throw new Error(`No answer: ${bytes.toString('latin1')}`);
  const { first, lines, body } = read.message;
  const value = (name: string) => lines.find(([known]) => known.toLowerCase() === name)?.[1];
  return {
    status: Number(first.split(' ')[1]),
    error: value('latchkey-error'),
    value,
    names: lines.map(([name]) => name.toLowerCase()),
    body: body.toString('latin1'),
    rest: bytes.length - read.end,
  };
};

const lines = (...all: string[]) => all.join('\r\n');
const ok = (...headers: string[]) =>
  lines('HTTP/1.1 200 OK', ...headers, 'Content-Length: 2', 'Connection: close', '', 'ok');

describe('an answer that is no HTTP', () => {
  it.each([
    ['a status below 200', lines('HTTP/1.1 099 X', 'Content-Length: 2', 'Connection: close', '', 'ok')],
    ['the status 0', lines('HTTP/1.1 000 X', 'Content-Length: 2', 'Connection: close', '', 'ok')],
    ['a status of four digits', lines('HTTP/1.1 2000 X', 'Content-Length: 2', '', 'ok')],
    ['a NUL in a header', ok('X-A: a\0b')],
    ['a control character in a header', ok('X-A: a\x01b')],
    ['a DEL in a header', ok('X-A: a\x7fb')],
    ['a bare CR in a header', ok('X-A: a\rSet-Cookie: b=c')],
    ['a space in the name of a header', ok('X A: b')],
    ['a length that is none', lines('HTTP/1.1 200 OK', 'Content-Length: two', '', 'ok')],
    ['two lengths', lines('HTTP/1.1 200 OK', 'Content-Length: 2', 'Content-Length: 3', '', 'ok!')],
    [
      'a length and chunks',
      lines('HTTP/1.1 200 OK', 'Content-Length: 2', 'Transfer-Encoding: chunked', '', '2', 'ok', '0', '', ''),
    ],
    [
      'a coding of the transfer that nobody asked for',
      lines(
        'HTTP/1.1 200 OK',
        'Transfer-Encoding: gzip, chunked',
        'Connection: close',
        '',
        '2',
        'ok',
        '0',
        '',
        '',
      ),
    ],
    [
      'another protocol',
      lines('HTTP/1.1 101 Switching Protocols', 'Connection: upgrade', 'Upgrade: h2c', '', 'ok'),
    ],
    ['no head', 'SSH-2.0-OpenSSH_9.6\r\n'],
  ])('is a 502 of ours: %s', async (_, answer) => {
    const { status, error, rest } = await through(answer);
    expect([status, error, rest]).toEqual([502, 'upstream_unreachable', 0]);
  });

  it('never becomes two, nor an error of ours that nobody foresaw, whatever stands in its headers: 500 of them', async () => {
    const odd = fc.constantFrom(
      '\0',
      '\x01',
      '\x1f',
      '\x7f',
      '\x80',
      '\xff',
      '\t',
      ' ',
      '\r',
      '\n',
      '\r\n ',
      ':',
      ',',
      'a',
      'é',
      '',
    );
    const text = fc.array(odd, { maxLength: 6 }).map((parts) => `v${parts.join('')}w`);
    const name = fc.constantFrom(
      'X-A',
      'Location',
      'Link',
      'Content-Type',
      'ETag',
      '__proto__',
      'constructor',
      'X_B',
      'x-c!',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(name, text), { maxLength: 4 }), async (headers) => {
        const { status, error, rest, names } = await through(ok(...headers.map((pair) => pair.join(': '))));
        expect([status === 200 || (status === 502 && error === 'upstream_unreachable'), rest]).toEqual([
          true,
          0,
        ]);
        expect(names).not.toContain('set-cookie');
      }),
      { numRuns: 500, seed: 6 },
    );
  }, 120_000);
});

describe('an answer without a body', () => {
  it.each([204, 304])('of %s ends with its head, whatever length it states', async (status) => {
    const answer = await through(
      lines(`HTTP/1.1 ${status} X`, 'Content-Length: 5', 'ETag: "a"', 'Connection: close', '', ''),
    );
    expect([answer.status, answer.rest, answer.value('etag')]).toEqual([status, 0, '"a"']);
    // RFC 9110 §8.6: 304 may tell the length that a 200 would have; 204 has none.
    expect(answer.value('content-length')).toBe(status === 304 ? '5' : undefined);
  });

  it('to a HEAD keeps the length that a GET would have', async () => {
    const answer = await through(
      lines('HTTP/1.1 200 OK', 'Content-Length: 12345', 'Connection: close', '', ''),
      'HEAD',
    );
    expect([answer.status, answer.value('content-length'), answer.rest]).toEqual([200, '12345', 0]);
  });

  it('to a HEAD may be of one that comes in chunks', async () => {
    const answer = await through(
      lines('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', 'Connection: close', '', ''),
      'HEAD',
    );
    expect([answer.status, answer.rest]).toEqual([200, 0]);
  });
});

describe('a large head', () => {
  it('of 40 kB comes back whole', async () => {
    const links = Array.from({ length: 40 }, (_, number) => `X-L${number}: ${'l'.repeat(1000)}`);
    const answer = await through(ok(...links));
    expect([answer.status, answer.value('x-l39')?.length]).toEqual([200, 1000]);
  });
});
