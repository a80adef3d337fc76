import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createSecureServer, getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { guardedHttp, parseAllowList } from '#shared/aws/egress.ts';
import type { Auth } from '#shared/domain/auths/auth.ts';
import { proxyCall } from '#shared/domain/proxy/call.ts';
import type { Deps } from '#shared/ports.ts';
import { world, type World } from '../../../support/deps.ts';
import { actor, keyedAuth } from '../../../support/nouns.ts';
import { serviceOf } from '../../../support/types.ts';
import { bytesOf, listening } from '../../aws/egress/servers.ts';

const { key, cert } = JSON.parse(
  readFileSync(new URL('../../aws/egress/certificate.json', import.meta.url), 'utf8'),
) as { key: string; cert: string };
const trusted = getCACertificates('default');

const token = 'sesame/7Q+open~door';
const tokenSecret = 'hunter2%of?secrets';
const fields = { token, other: tokenSecret };

/** What shows that a part of the credential is there: written out, in a URL, and in base64 wherever it begins. */
const traces = [token, tokenSecret].flatMap((value) => [
  value,
  encodeURIComponent(value),
  encodeURIComponent(encodeURIComponent(value)),
  new URLSearchParams({ '': value }).toString().slice(1),
  Buffer.from(value).toString('base64').slice(0, 12),
  Buffer.from(`robot:${value}`).toString('base64').slice(8, 20),
]);

/** How many traces of the credential, or of a signature that was made with it, a text holds. */
const tracesIn = (text: string): number =>
  [...traces, 'oauth_signature', 'oauth_token'].filter((trace) =>
    text.toLowerCase().includes(trace.toLowerCase()),
  ).length;

/** A listener that keeps every byte that came, after TLS, and answers each request by what the test says. */
interface Site {
  readonly port: number;
  readonly received: () => string;
  readonly connections: () => number;
  readonly clear: () => void;
  readonly close: () => Promise<void>;
}

const startSite = async (
  make: (serve: (socket: Socket) => void) => Server,
  { host, port, answers }: { host: string; port?: number; answers: (request: string) => string },
): Promise<Site> => {
  const sockets = new Set<Socket>();
  let everything = '';
  let connections = 0;
  const server = make((socket) => {
    connections += 1;
    sockets.add(socket);
    let request = '';
    socket.on('error', () => undefined);
    socket.on('data', (piece) => {
      request += piece.toString('latin1');
      everything += piece.toString('latin1');
      const [head = '', body] = request.split('\r\n\r\n');
      const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0);
      if (body === undefined || body.length < length) return;
      socket.write(answers(request));
      request = '';
    });
  });
  await listening(server, host, port);
  return {
    port: (server.address() as AddressInfo).port,
    received: () => everything,
    connections: () => connections,
    clear: () => {
      everything = '';
      connections = 0;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};

const plain = (serve: (socket: Socket) => void) => createServer(serve);
const secure = (serve: (socket: Socket) => void) => createSecureServer({ key, cert }, serve);
const ok = () => 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

interface Placement {
  readonly document: Readonly<Record<string, unknown>>;
  readonly path?: string;
  readonly body?: string;
  readonly type?: string;
}

const tokenField = [
  { key: 'token', secret: true },
  { key: 'other', secret: true },
];
const applied = (rule: Readonly<Record<string, string>>): Placement => ({
  document: { fields: tokenField, auth: { type: 'token' }, apply: [rule] },
});
const signed = (signatureIn: string): Placement['document'] => ({
  fields: tokenField,
  auth: {
    type: 'oauth1',
    grant: 'fixed_tokens',
    acknowledgeRisk: true,
    consumerKey: 'consumer',
    consumerSecret: 'consumer-secret',
    token: '{{token}}',
    tokenSecret: '{{other}}',
    signatureIn,
  },
});

const placements: Readonly<Record<string, Placement>> = {
  'an Authorization header': applied({ in: 'header', name: 'Authorization', value: 'Bearer {{token}}' }),
  'a header of its own': applied({ in: 'header', name: 'X-Api-Key', value: '{{token}}' }),
  'the query': applied({ in: 'query', name: 'api_key', value: '{{token}}' }),
  'the body': applied({ in: 'body', name: 'api_key', value: '{{token}}' }),
  'a cookie': applied({ in: 'cookie', name: 'session', value: '{{token}}' }),
  'user name and password': applied({ in: 'basic', value: 'robot:{{token}}' }),
  'the path': {
    ...applied({ in: 'path', name: 'token', value: '{{token}}' }),
    path: '/{token}/me',
  },
  'a signature in the query': { document: signed('query') },
  'a signature in a header': { document: signed('header') },
  'a signature in the body': {
    document: signed('body'),
    body: 'note=hello',
    type: 'application/x-www-form-urlencoded',
  },
};

/** Where the first site leads to, and from which of its two forms. */
const changes = {
  host: (port: number) => ({ from: `http://provider.example:${port}`, to: `http://other.example:${port}` }),
  port: (port: number) => ({
    from: `http://provider.example:${port}`,
    to: `http://provider.example:${next.port}`,
  }),
  scheme: (port: number) => ({
    from: `http://provider.example:${port}`,
    to: `https://provider.example:${safe.port}`,
  }),
} as const;

let w: World;
let deps: Deps;
let first: Site;
/** The same port at another address: the same but for the host. */
let twin: Site;
let next: Site;
let safe: Site;
let firstSafe: Site;
let answersOfFirst: (request: string) => string = ok;

beforeAll(async () => {
  setDefaultCACertificates([...trusted, cert]);
  const answers = (request: string) => answersOfFirst(request);
  first = await startSite(plain, { host: '127.0.0.1', answers });
  firstSafe = await startSite(secure, { host: '127.0.0.1', answers });
  twin = await startSite(plain, { host: '127.0.0.2', port: first.port, answers: ok });
  next = await startSite(plain, { host: '127.0.0.1', answers: ok });
  safe = await startSite(secure, { host: '127.0.0.1', answers: ok });
  w = await world();
  const http = guardedHttp({
    allow: parseAllowList('127.0.0.1,127.0.0.2'),
    plainHttp: true,
    resolve: (host) => Promise.resolve([host === 'other.example' ? '127.0.0.2' : '127.0.0.1']),
  });
  deps = { ...w.deps, http, settings: { ...w.deps.settings, plainHttp: true } };
});

afterAll(async () => {
  setDefaultCACertificates(trusted);
  await Promise.all([first, twin, next, safe, firstSafe].map((site) => site.close()));
});

/** What a redirect may say of its place: a path of its own, or all that the first site was sent. */
const places: Readonly<Record<string, (request: string) => string>> = {
  'a place of its own': () => '/elsewhere?page=2',
  'the target that it was asked for': (request) => request.split(' ')[1]!,
  'all that it was sent': (request) => `/echo?all=${encodeURIComponent(request)}`,
  'the body that it was sent': (request) => `/echo/${encodeURIComponent(request.split('\r\n\r\n')[1]!)}`,
};

const authOf = async ({ document }: Placement, baseUrl: string): Promise<Auth> => {
  const where = { ...w, deps };
  const service = await serviceOf(where, {
    name: 'Matrix',
    baseUrl,
    hosts: ['files.provider.example'],
    ...document,
  });
  return keyedAuth(where, service, fields);
};

const call = async (
  auth: Auth,
  { path = '/me', body = '{"note":"hello"}', type = 'application/json' }: Placement,
  keepMethod: boolean,
) => {
  const answered = await proxyCall(deps, {
    actor: actor(w),
    authId: auth.id,
    method: 'POST',
    path,
    query: 'q=1',
    headers: [
      ['content-type', type],
      ['cookie', 'own=sid'],
      ['x-own', 'own-token'],
    ],
    body: Buffer.from(body),
    options: { redirects: { most: 3, keepMethod, keepAuthorization: true } },
  });
  await bytesOf(answered);
  return answered;
};

const statuses = [301, 302, 303, 307, 308];
const moved = (status: number, to: string) =>
  `HTTP/1.1 ${status} Moved\r\nLocation: ${to}\r\nContent-Length: 0\r\n\r\n`;
const others = () => [twin, next, safe];

describe.each(Object.keys(changes) as (keyof typeof changes)[])(
  'a redirect that changes the %s',
  (change) => {
    it.each(Object.keys(placements))('shows the other site nothing of a credential in %s', async (name) => {
      const placement = placements[name]!;
      const { from, to } = changes[change](first.port);
      const auth = await authOf(placement, `${from}/v1`);
      const seen: unknown[] = [];
      const wanted: unknown[] = [];
      for (const status of statuses)
        for (const keepMethod of [false, true])
          for (const [said, place] of Object.entries(places)) {
            [first, ...others()].forEach((site) => site.clear());
            answersOfFirst = (request) => moved(status, to + place(request));
            await call(auth, placement, keepMethod);
            const bytes = others()
              .map((site) => site.received())
              .join('');
            const followed = bytes !== '';
            const own = /own=sid|own-token/.test(bytes);
            const row = { status, keepMethod, said, sentToFirst: tracesIn(first.received()) > 0 };
            seen.push({
              ...row,
              traces: tracesIn(bytes),
              own,
              followed: said in followedAlways ? followed : '-',
            });
            wanted.push({
              ...row,
              sentToFirst: true,
              traces: 0,
              own: false,
              followed: said in followedAlways ? true : '-',
            });
          }
      expect(seen).toEqual(wanted);
      expect(seen).toHaveLength(40);
    });
  },
);

/** Whatever the credential is, nothing of it is in such a place. */
const followedAlways = { 'a place of its own': true };

describe('a redirect that gives TLS up', () => {
  it.each(Object.keys(placements))('opens no connection, with the credential in %s', async (name) => {
    const placement = placements[name]!;
    const auth = await authOf(placement, `https://provider.example:${firstSafe.port}/v1`);
    for (const status of statuses)
      for (const to of [first, twin, next].map(({ port }) => `http://provider.example:${port}/`)) {
        [first, firstSafe, ...others()].forEach((site) => site.clear());
        answersOfFirst = () => moved(status, to);
        expect((await call(auth, placement, true)).status).toBe(status);
        expect(tracesIn(firstSafe.received())).toBeGreaterThan(0);
        expect([first, ...others()].map((site) => site.received())).toEqual(['', '', '', '']);
        expect([first, ...others()].map((site) => site.connections())).toEqual([0, 0, 0, 0]);
      }
  });
});
