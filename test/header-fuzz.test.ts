import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keyedService } from './fidelity/service.ts';
import { hostileBlocks } from './fidelity/hostile-requests.ts';
import { startProduct, type RunningProduct } from './support/product.ts';
import { exchange, startRecorder, type RawMessage, type Recorder } from './support/raw.ts';

const cases = 1000;
const atOnce = 10;

let product: RunningProduct;
let recorder: Recorder;
let authId: string;

beforeAll(async () => {
  recorder = await startRecorder();
  product = await startProduct({ allow: `127.0.0.1:${recorder.port}` });
  authId = await keyedService(product, `http://127.0.0.1:${recorder.port}/base`);
}, 90_000);

afterAll(async () => {
  await product.discard();
  await recorder.stop();
});

/** What a server would take for a request of its own, were the bytes before it read in another way. */
const inner = () =>
  `0\r\n\r\nGET /v1/proxy/${authId}/smuggled HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${product.key}\r\nX-Smuggled: 1\r\n\r\n`;

const send = async (block: string, index: number): Promise<string> => {
  const port = Number(new URL(product.url).port);
  const head = [
    `POST /v1/proxy/${authId}/fuzz/${index}?q=${index} HTTP/1.1`,
    `Host: localhost:${port}`,
    `Authorization: Bearer ${product.key}`,
    'Content-Type: text/plain',
    block,
    `Content-Length: ${inner().length}`,
    'Connection: close',
  ];
  const bytes = Buffer.from(`${head.join('\r\n')}\r\n\r\n${inner()}`, 'latin1');
  return (await exchange(port, bytes, 5_000)).toString('latin1');
};

const alike = (name: string) => name.toLowerCase().replaceAll('_', '-');

const notOnwards =
  /^(?:latchkey-.*|x-forwarded-.*|forwarded|via|x-real-ip|true-client-ip|x-host|x-original-url|x-rewrite-url|x-envoy-original-path|proxy-.*|te|trailer|upgrade|keep-alive|expect|authorization|x-amzn-trace-id)$/;

/** All that is wrong with a request as the upstream read it. */
const faults = ({ first, lines, body }: RawMessage): readonly string[] => {
  const values = (name: string) => lines.filter(([known]) => alike(known) === name).map(([, value]) => value);
  const checks: readonly (readonly [string, boolean])[] = [
    ['another request', /^POST \/base\/fuzz\/(\d+)\?q=\1 HTTP\/1\.1$/.test(first)],
    ['a name that is none', lines.every(([name]) => /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name))],
    // eslint-disable-next-line no-control-regex -- These are what splits a head.
    ['a control character', lines.every(([, value]) => !/[\0-\x08\x0a-\x1f\x7f]/.test(value))],
    ['a smuggled header', values('x-smuggled').length === 0],
    ['another credential', values('x-api-key').join() === 'the-api-key'],
    ['another host', values('host').join() === `127.0.0.1:${recorder.port}`],
    ['a header of the way', lines.every(([name]) => !notOnwards.test(alike(name)))],
    ['two framings', values('content-length').length + values('transfer-encoding').length === 1],
    ['another body', body.toString('latin1') === inner()],
  ];
  return checks.filter(([, good]) => !good).map(([what]) => `${what}: ${first} ${JSON.stringify(lines)}`);
};

describe('hostile headers', () => {
  it(`split no request and smuggle no header: ${cases} cases`, async () => {
    const blocks = hostileBlocks(cases);
    const statuses = new Map<string, number>();
    for (let at = 0; at < blocks.length; at += atOnce) {
      const answers = await Promise.all(
        blocks.slice(at, at + atOnce).map((block, index) => send(block, at + index)),
      );
      for (const answer of answers) {
        const status = answer.slice(9, 12);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    }
    expect(blocks).toHaveLength(cases);
    expect(recorder.received.flatMap(faults)).toEqual([]);
    expect(new Set(recorder.received.map(({ first }) => first)).size).toBe(recorder.received.length);
    expect(recorder.unread()).toBe(0);
    // It would prove nothing if all were refused, or none.
    expect(recorder.received.length).toBeGreaterThan(cases / 5);
    expect(statuses.get('400') ?? 0).toBeGreaterThan(cases / 5);
    expect((await product.api.call('GET', '/health')).status).toBe(200);
  }, 120_000);
});
