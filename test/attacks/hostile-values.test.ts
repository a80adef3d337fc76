import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { proxyCall } from '#shared/domain/proxy/call.ts';
import { readText } from '#shared/domain/read-text.ts';
import { AppError } from '#shared/errors.ts';
import { actor, keyedAuth, makeAuth, tokenDocument } from '../support/nouns.ts';
import { startRecorder, type RawMessage, type Recorder } from '../support/raw.ts';
import { clientDocument, serviceOf } from '../support/types.ts';
import { startRunning } from './running.ts';

/** What splits a message somewhere, or leads elsewhere: as a field of a person, or as a value that a provider's answer tells. */
const values = [
  'a\r\nX-Smuggled: 1',
  'a\nX-Smuggled: 1',
  'a\rX-Smuggled: 1',
  'a\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n',
  'a\0b',
  'a\u0085X-Smuggled: 1',
  'a\u2028X-Smuggled: 1',
  '\u560d\u560aX-Smuggled: 1',
  '\u010d\u010aX-Smuggled: 1',
  'é€😀',
  '\ud800',
  'a; evil=1',
  'a, b',
  'a&evil=1',
  'a#evil',
  'a?evil=1',
  '../../evil',
  '..%2f..%2fevil',
  '%0d%0aX-Smuggled: 1',
  '"\\',
  '{{api_key}}',
  'a:b@evil.example',
];

const places = ['header', 'query', 'path', 'cookie', 'basic', 'body'] as const;

let product: Awaited<ReturnType<typeof startRunning>>;
let service: Recorder;
let told = '';

beforeAll(async () => {
  product = await startRunning();
  const answer = { access_token: 'token', token_type: 'Bearer', expires_in: 3600 };
  service = await startRecorder(({ first }) => {
    const body = Buffer.from(first.includes('/token') ? JSON.stringify({ ...answer, told }) : '{}');
    const head = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
    return Buffer.concat([Buffer.from(head), body]);
  });
});
afterAll(async () => {
  await product.stop();
  await service.stop();
});

const expectWhole = ({ first, lines, body }: RawMessage) => {
  expect(first).toMatch(/^POST \/base\/[\x21-\x7e]* HTTP\/1\.1$/);
  const { pathname } = new URL(first.split(' ')[1]!, 'http://base.example');
  expect(pathname.startsWith('/base/')).toBe(true);
  const known = /^(?:host|content-type|content-length|connection|x-key|cookie|authorization)$/i;
  expect(lines.filter(([name]) => !known.test(name))).toEqual([]);
  expect(lines.filter(([name]) => name.toLowerCase() === 'host')).toEqual([
    ['Host', `api.example:${service.port}`],
  ]);
  const query = new URLSearchParams(first.split(' ')[1]!.split('?')[1]);
  expect(query.has('evil')).toBe(false);
  expect(lines.some(([name, value]) => name === 'cookie' && /;\s*evil/.test(value))).toBe(false);
  expect(Object.keys(JSON.parse(body.toString()) as object).toSorted()).not.toContain('evil');
};

let sent = 0;

const attempt = async (make: () => Promise<{ readonly id: string }>) => {
  const before = service.received.length;
  try {
    const { id: authId } = await make();
    const request = { method: 'POST', path: '/{x-key}/me', query: '', body: Buffer.from('{}') };
    const headers = [['content-type', 'application/json']] as const;
    const answer = await proxyCall(product.deps, { actor: actor(product), authId, headers, ...request });
    await readText(answer, 1_000);
  } catch (error) {
    // It says no in its own words, which hold nothing of the value.
    if (!(error instanceof AppError)) throw error;
    expect(error.message).not.toMatch(/smuggled|evil/i);
    expect([422, 502]).toContain(error.status);
  }
  const calls = service.received.slice(before).filter(({ first }) => !first.includes('/token'));
  sent += calls.length;
  expect(calls.length).toBeLessThanOrEqual(1);
  calls.forEach(expectWhole);
  expect(service.unread()).toBe(0);
};

describe.each(places)('a hostile value in the %s', (place) => {
  const rule = (template: string) => [
    { in: place, name: 'x-key', value: place === 'basic' ? `user:${template}` : template },
  ];
  const baseUrl = () => `http://api.example:${service.port}/base`;

  it('that a person gives splits nothing and leads nowhere else', async () => {
    const document = tokenDocument({ baseUrl: baseUrl(), apply: rule('{{api_key}}') });
    const made = await serviceOf(product, document);
    for (const value of values) await attempt(() => keyedAuth(product, made, { api_key: value }));
  });

  it("that a provider's answer tells splits nothing and leads nowhere else", async () => {
    const tokenUrl = `${baseUrl().replace('/base', '')}/token`;
    const auth = { tokenUrl, tokenResponse: { metadata: { told: 'told' } } };
    const parts = { baseUrl: baseUrl(), apply: rule('{{metadata.told}}') };
    const { id: serviceId } = await serviceOf(product, clientDocument(auth, parts));
    for (const value of values) {
      told = value;
      await attempt(() => makeAuth(product, { serviceId }));
    }
  });
});

it('went out often enough to prove something', () => {
  expect(sent).toBeGreaterThan(values.length);
});
