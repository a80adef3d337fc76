import { inspect } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { handler as auths } from '#functions/auths/lambda.ts';
import { handler as organization } from '#functions/organization/lambda.ts';
import { handler as documents } from '#functions/http-requests/lambda.ts';
import { call } from '../support/api.ts';
import { keyedAuth, makeAuth, tokenDocument } from '../support/nouns.ts';
import { capturedOutput } from '../support/output.ts';
import { exchange, startRecorder, type RawMessage, type Recorder } from '../support/raw.ts';
import { clientDocument, serviceOf } from '../support/types.ts';
import { startRunning } from './running.ts';

const secret = 'planted-key/+&';

/** As a URL may write it, though nobody need. */
const letterByLetter = (text: string): string =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');

/** How a service may write the credential where it repeats it. */
const writings: Readonly<Record<string, string>> = {
  'as in a URL': encodeURIComponent(secret),
  'as in a URL, twice': encodeURIComponent(encodeURIComponent(secret)),
  'letter by letter': letterByLetter(secret),
  'letter by letter, beside what is no escape': `%zz%${letterByLetter(secret)}`,
  'letter by letter, beside what is no UTF-8': `%ff${letterByLetter(secret)}`,
  'in capitals': encodeURIComponent(secret).toUpperCase(),
  'in base64': encodeURIComponent(Buffer.from(`x:${secret}`).toString('base64')),
  'in base64url': Buffer.from(secret).toString('base64url'),
  'in hex': Buffer.from(secret).toString('hex'),
};

const unescaped = (text: string): string =>
  text.replace(/%([\da-f]{2})/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)));

/** Whether a text holds the credential, however it was written. */
const tells = (text: string): boolean => {
  const forms = [text, unescaped(text), unescaped(unescaped(text)), unescaped(unescaped(unescaped(text)))];
  const sought = [
    secret,
    'planted',
    Buffer.from('planted-').toString('hex'),
    ...['planted-k', 'x:planted-'].map((part) => Buffer.from(part).toString('base64').slice(0, 11)),
  ].map((each) => each.toLowerCase());
  return forms.some((form) => sought.some((each) => form.toLowerCase().includes(each)));
};

let product: Awaited<ReturnType<typeof startRunning>>;
let service: Recorder;
let output: ReturnType<typeof capturedOutput>;
let auth = '';
let behave: (asked: RawMessage, count: number) => string;
let count = 0;

const apply = [
  { name: 'key', value: '{{api_key}}' },
  { in: 'path', name: 'key', value: '{{api_key}}' },
  { in: 'header', name: 'X-Key', value: '{{api_key}}' },
  { in: 'basic', value: 'user:{{api_key}}' },
  { in: 'cookie', name: 'sid', value: 'fixed' },
];

beforeAll(async () => {
  product = await startRunning();
  service = await startRecorder((asked) => Buffer.from(behave(asked, (count += 1)), 'latin1'));
  const baseUrl = `http://api.example:${service.port}/base`;
  const parts = { baseUrl, apply, pagination: { kind: 'link' } };
  const made = await serviceOf(product, tokenDocument(parts));
  auth = (await keyedAuth(product, made, { api_key: secret })).id;
  output = capturedOutput();
});
afterAll(async () => {
  output.stop();
  await product.stop();
  await service.stop();
});
beforeEach(() => {
  count = 0;
});

const said = (status: number, lines: readonly string[] = [], body = ''): string =>
  [`HTTP/1.1 ${status} Said`, ...lines, `Content-Length: ${body.length}`, '', body].join('\r\n');

/** All that anybody but the caller is told, and of what the caller is told all that is ours. */
const ours = async (path: string, headers: readonly string[] = []): Promise<string> => {
  const head = [
    `GET /v1/proxy/${auth}${path} HTTP/1.1`,
    'Host: localhost',
    `Authorization: Bearer ${product.key}`,
    'Connection: close',
    ...headers,
  ];
  const answered = await exchange(product.port, Buffer.from(`${head.join('\r\n')}\r\n\r\n`), 5_000);
  const text = answered.toString();
  const isError = /^latchkey-error:/im.test(text) || text.includes('{"latchkey":');
  const own = text.split('\r\n').filter((line) => /^latchkey-/i.test(line));
  const lastLine = text.slice(text.lastIndexOf('{"latchkey":'));
  return isError && !text.includes('{"latchkey":') ? text : [...own, isError ? lastLine : ''].join('\n');
};

const everywhere = (more: unknown): string =>
  inspect([more, output.text(), product.bus.events, product.store.dump()], {
    depth: 20,
    maxStringLength: Infinity,
  });

const expectQuiet = (more: unknown) => {
  const text = everywhere(more);
  if (tells(text)) throw new Error(`The credential is told: ${text.slice(0, 3000)}`);
};

describe('a credential that a service repeats', () => {
  it.each(Object.entries(writings))('would be found when it is told %s', (_, written) => {
    expect(tells(`https://a.example/?x=${written}`)).toBe(true);
  });

  it.each(Object.entries(writings))(
    'is in no word of ours, and goes to no other site, %s',
    async (_, written) => {
      const elsewhere: string[] = [];
      for (const to of [
        `/base/next?again=${written}`,
        `/base/${written}/next`,
        `http://api.example:${service.port}/base/next?again=${written}`,
        `http://other.example:${service.port}/next?again=${written}`,
        `http://other.example:${service.port}/${written}`,
      ]) {
        behave = ({ first, lines }) => {
          if (lines.some(([name, value]) => name === 'Host' && value.startsWith('other')))
            elsewhere.push(first, ...lines.flat());
          return first.includes('/start') ? said(307, [`Location: ${to}`]) : said(200);
        };
        expectQuiet(await ours('/start', ['Latchkey-Follow-Redirects: 5']));
        expectQuiet(await ours('/start', ['Latchkey-Follow-Redirects: 5; keep-method; keep-authorization']));
        expectQuiet(await ours('/start'));
      }
      expect(tells(elsewhere.join('\n'))).toBe(false);
    },
  );

  it.each(Object.entries(writings))('is in no word of ours about pages, %s', async (_, written) => {
    for (const to of [
      `/base/next?again=${written}`,
      `http://${written.slice(0, 60)}.example/`,
      `http://other.example:${service.port}/${written}`,
      `http://${written}@other.example/`,
      `${written}://`,
    ]) {
      count = 0;
      behave = (_asked, at) =>
        at === 1
          ? said(200, [`Link: <${to}>; rel="next"`], '[1]')
          : said(at === 2 ? 500 : 200, [`X: ${written}`], `not JSON ${secret}`);
      expectQuiet(await ours('/list', ['Latchkey-Items: 10']));
    }
    behave = () => said(200, [], `no page ${written}`);
    expectQuiet(await ours('/list', ['Latchkey-Items: 10']));
  });
});

const echo = ({ first, lines }: RawMessage): string => JSON.stringify([first, lines]);

/** What fails on the ways that a call has besides the first. */
const failures: Readonly<Record<string, { behave: typeof behave; headers: readonly string[] }>> = {
  'retries that end in an answer': {
    behave: (asked) => said(503, ['Retry-After: 0', `X-Echo: ${encodeURIComponent(echo(asked))}`]),
    headers: ['Latchkey-Retries: 1'],
  },
  'retries that end in nothing': { behave: () => 'what?\r\n\r\n', headers: ['Latchkey-Retries: 1'] },
  'a retry after which there is no time': {
    behave: () => said(503, ['Retry-After: 100']),
    headers: ['Latchkey-Retries: 1', 'Latchkey-Timeout: 1'],
  },
  'a body that is not compressed as it says': {
    behave: (asked) => said(200, ['Content-Encoding: gzip'], echo(asked)),
    headers: ['Latchkey-Decode: true'],
  },
  'a time-out': { behave: () => 'HTTP/1.1 200 OK\r\n', headers: ['Latchkey-Timeout: 0.2'] },
  'a redirect that is no URL': {
    behave: ({ first }) => said(302, [`Location: http://[${first.split(' ')[1] ?? ''}`]),
    headers: ['Latchkey-Follow-Redirects: 5'],
  },
  'redirects in circles': {
    behave: ({ first }) => said(302, [`Location: ${first.split(' ')[1] ?? ''}`]),
    headers: ['Latchkey-Follow-Redirects: 5'],
  },
  'an answer that breaks off': {
    behave: (asked) => `HTTP/1.1 200 OK\r\nContent-Length: 100000\r\nConnection: close\r\n\r\n${echo(asked)}`,
    headers: [],
  },
  'an option that there is not': { behave: () => said(200), headers: ['Latchkey-What: x'] },
};

describe('what goes wrong on the way', () => {
  it.each(Object.entries(failures))('tells nothing of the credential in %s', async (_, failure) => {
    behave = failure.behave;
    expectQuiet(await ours('/{key}/x', failure.headers));
  });
});

const headers = () => ({ authorization: `Bearer ${product.key}` });
const workspace = () => `/v1/workspaces/${product.workspaceId}`;

describe('a document that is sent', () => {
  it('holds the answer of the service when its status is not accepted, as the proxy does, and tells nobody else', async () => {
    behave = (asked) => said(418, ['Content-Type: application/json'], echo(asked));
    const body = { authId: auth, path: '/x', acceptStatus: '200-299' };
    const sent = { method: 'POST', path: `${workspace()}/http-requests`, headers: headers(), body };
    const { status, error, json } = await call(documents, sent);
    expect([status, error.code]).toEqual([502, 'unaccepted_status']);
    expect(tells(JSON.stringify(json['response']))).toBe(true);
    expectQuiet(error);
  });

  it.each([
    'curl --user planted-key: https://x.example',
    'curl https://planted-key:y@x.example/',
    "curl -H 'Authorization: Bearer planted-key' https://x.example",
    'curl -b sid=planted-key https://x.example',
    'curl --oauth2-bearer planted-key https://x.example',
    "curl 'https://x.example/?api_key=planted-key'",
    'curl -uplanted-key --nonsense https://x.example',
    'curl --planted-key=1',
    "curl 'https://x.example/' -H 'X-Api-Key: planted-key' -d '{'",
    "curl 'planted-key",
  ])('is not logged, and its credential not kept, as %j', async (curl) => {
    const sent = {
      method: 'POST',
      path: `${workspace()}/http-requests/parse-curl`,
      headers: headers(),
      body: { curl },
    };
    const { json } = await call(documents, sent);
    if (curl.includes('api_key') || curl.includes('--planted')) expectQuiet('');
    else expectQuiet(json);
  });
});

describe('an access token that is handed out', () => {
  it('is in no log, no event and nothing that is stored', async () => {
    behave = () =>
      said(
        200,
        ['Content-Type: application/json'],
        JSON.stringify({ access_token: secret, token_type: 'Bearer', expires_in: 3600 }),
      );
    const document = clientDocument({ tokenUrl: `http://api.example:${service.port}/token` });
    const { id } = await makeAuth(product, { serviceId: (await serviceOf(product, document)).id });
    const path = `${workspace()}/auths/${id}/access-token`;
    const refused = await call(auths, { method: 'POST', path, headers: headers() });
    expectQuiet(refused);
    const readers = { path: '/v1/organization/credential-readers', body: { roles: ['owner', 'admin'] } };
    await call(organization, { method: 'PUT', ...readers, headers: headers() });
    const { status, json } = await call(auths, { method: 'POST', path, headers: headers() });
    expect([status, json['accessToken']]).toEqual([200, secret]);
    expectQuiet(
      await call(auths, { method: 'GET', path: `${workspace()}/auths/${id}/history`, headers: headers() }),
    );
  });
});
