import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Auth } from '#shared/domain/auths/auth.ts';
import { proxyCall } from '#shared/domain/proxy/call.ts';
import type { CallOptions } from '#shared/domain/proxy/options.ts';
import { EgressRefused, type OutgoingRequest } from '#shared/ports.ts';
import { minute, world, type World } from '../../../support/deps.ts';
import {
  actor,
  connectedAuth,
  countingTokens,
  keyedAuth,
  oauth2Service,
  tokenService,
  tokenUrl,
} from '../../../support/nouns.ts';
import { answer } from '../../../support/watched.ts';

const base = 'https://api.keyed.example/v2';
let w: World;
let auth: Auth;

beforeEach(async () => {
  w = await world();
  auth = await keyedAuth(w, await tokenService(w, { baseUrl: base, hosts: ['files.keyed.example'] }));
});

type Redirects = NonNullable<CallOptions['redirects']>;

const call = (
  redirects: Partial<Redirects> | undefined,
  parts: Partial<Parameters<typeof proxyCall>[1]> = {},
) =>
  proxyCall(w.deps, {
    actor: actor(w),
    authId: auth.id,
    method: 'GET',
    path: '/a',
    query: '',
    headers: [],
    body: undefined,
    options: redirects && {
      redirects: { most: 5, keepMethod: false, keepAuthorization: false, ...redirects },
    },
    ...parts,
  });

/** Redirects from URL to URL; what leads nowhere answers 200. */
const leads = (ways: Readonly<Record<string, readonly [number, string]>>) =>
  w.http.answers(({ url }) => {
    const way = ways[url];
    return way ? answer(way[0], 'moved', [['Location', way[1]]]) : answer(200, 'there');
  });

const urls = () => w.http.requests.map(({ url }) => url);
const keyOf = ({ headers }: OutgoingRequest) => headers.find(([name]) => name === 'x-api-key')?.[1];
const keys = () => w.http.requests.map(keyOf);
const last = () => w.http.requests.at(-1)!;

describe('an answer that redirects', () => {
  it('is the answer when nobody asked for more', async () => {
    leads({ [`${base}/a`]: [302, '/v2/b'] });
    const answered = await call(undefined);
    expect([answered.status, answered.headers, answered.url]).toEqual([
      302,
      [['Location', '/v2/b']],
      undefined,
    ]);
    expect(urls()).toHaveLength(1);
  });

  it('is followed below the base URL, with the credential, however the place is written', async () => {
    leads({
      [`${base}/a`]: [301, 'b?x=1'],
      [`${base}/b?x=1`]: [302, '/v2/c#part'],
      [`${base}/c`]: [307, '//api.keyed.example/v2/d'],
      [`${base}/d`]: [308, `${base}/e`],
    });
    const answered = await call({});
    expect([answered.status, answered.url]).toEqual([200, `${base}/e`]);
    expect(urls()).toEqual(['/a', '/b?x=1', '/c', '/d', '/e'].map((path) => base + path));
    expect(keys()).toEqual(Array.from({ length: 5 }, () => 'the-api-key'));
  });

  it('is the answer once as many were followed as were asked for', async () => {
    leads({ [`${base}/a`]: [302, '/v2/a'] });
    expect((await call({ most: 3 })).status).toBe(302);
    expect(urls()).toHaveLength(4);
    expect((await call({ most: 1000 })).status).toBe(302);
    expect(urls()).toHaveLength(4 + 21);
  });

  it.each([
    ['300 leaves the choice to somebody', 300, 'b'],
    ['304 leads nowhere', 304, 'b'],
    ['305 names a proxy', 305, 'b'],
    ['nobody can read the place', 302, 'https://[::x]/'],
    ['the place is of another scheme', 302, 'ftp://api.keyed.example/v2/b'],
    ['the place would run a program', 302, 'javascript:alert(1)'],
    ['TLS would be given up', 302, 'http://api.keyed.example/v2/b'],
    ['TLS would be given up elsewhere', 302, 'http://other.example/'],
    ['the place holds a password', 302, 'https://u:p@other.example/'],
    ['the place holds a user', 302, 'https://u@api.keyed.example/v2/b'],
  ])('is the answer where %s', async (_, status, place) => {
    leads({ [`${base}/a`]: [status, place] });
    expect((await call({ keepMethod: true, keepAuthorization: true })).status).toBe(status);
    expect(urls()).toHaveLength(1);
  });

  it.each([[[]], [['Location', 'location']]])('is the answer where it names %j as places', async (names) => {
    w.http.answers(() =>
      answer(
        302,
        '',
        names.map((name, index) => [name, `/v2/${String(index)}`] as const),
      ),
    );
    expect((await call({})).status).toBe(302);
    expect(urls()).toHaveLength(1);
  });

  it('leaves each hop the rest of the time, and the signal of the caller', async () => {
    const { signal } = new AbortController();
    w.http.answers(async ({ url }) => {
      await w.clock.advance(4000);
      if (url === `${base}/a`) return answer(302, '', [['location', 'b']]);
      return url === `${base}/b` ? answer(302, '', [['location', 'https://other.example/']]) : answer(200);
    });
    await call({}, { signal });
    expect(w.http.requests.map(({ timeoutMilliseconds }) => timeoutMilliseconds)).toEqual([
      25_000, 21_000, 17_000,
    ]);
    expect(w.http.requests.map((request) => request.signal)).toEqual([signal, signal, signal]);
  });

  it('to an address that must not be called is refused', async () => {
    w.http.answers(({ url }) => {
      if (url !== `${base}/a`) throw new EgressRefused('169.254.169.254');
      return answer(302, '', [['location', 'https://169.254.169.254/']]);
    });
    await expect(call({})).rejects.toMatchObject({ status: 403, code: 'address_refused' });
  });

  it('gives its connection back before the next is opened', async () => {
    let left = 0;
    async function* dripping() {
      try {
        await Promise.resolve();
        for (;;) yield Buffer.from('more');
      } finally {
        left += 1;
      }
    }
    w.http.answers(({ url }) =>
      url === `${base}/a` ? answer(302, dripping(), [['location', 'b']]) : answer(200, String(left)),
    );
    await call({});
    expect(left).toBe(1);
  });
});

describe('the method and body of the next request (RFC 9110 §15.4)', () => {
  const sent = {
    body: Buffer.from('{"a":1}'),
    headers: [
      ['Content-Type', 'application/json'],
      ['X-A', '1'],
    ],
  } as const;

  it.each<[number, string, string]>([
    [301, 'POST', 'GET'],
    [302, 'POST', 'GET'],
    [303, 'POST', 'GET'],
    [303, 'PUT', 'GET'],
    [303, 'DELETE', 'GET'],
    [303, 'HEAD', 'HEAD'],
    [301, 'HEAD', 'HEAD'],
    [301, 'PUT', 'PUT'],
    [302, 'DELETE', 'DELETE'],
    [302, 'PATCH', 'PATCH'],
    [307, 'POST', 'POST'],
    [308, 'POST', 'POST'],
    [307, 'PUT', 'PUT'],
  ])('after %i of %s are those of a %s', async (status, method, next) => {
    leads({ [`${base}/a`]: [status, 'b'] });
    await call({}, { method, ...sent });
    const gone = next === 'GET' && method !== 'GET';
    expect([last().method, last().body]).toEqual([next, gone ? undefined : sent.body]);
    expect(last().headers.filter(([name]) => name !== 'x-api-key')).toEqual(
      gone ? [['X-A', '1']] : sent.headers,
    );
  });

  it.each([301, 302, 303])('stay after %i when the caller says so', async (status) => {
    leads({ [`${base}/a`]: [status, 'b'] });
    await call({ keepMethod: true }, { method: 'POST', ...sent });
    expect([last().method, last().body]).toEqual(['POST', sent.body]);
  });
});

describe('a redirect to a host that the service lists', () => {
  const listed = 'https://files.keyed.example/f';

  it('takes the credential along only when the caller says so', async () => {
    leads({ [`${base}/a`]: [302, listed] });
    await call({});
    expect(keyOf(last())).toBeUndefined();
    await call({ keepAuthorization: true });
    expect([last().url, keyOf(last())]).toEqual([listed, 'the-api-key']);
  });

  it('takes it along over TLS and on the usual port alone', async () => {
    leads({ [`${base}/a`]: [302, 'https://files.keyed.example:8443/f'] });
    await call({ keepAuthorization: true });
    expect([last().url, keyOf(last())]).toEqual(['https://files.keyed.example:8443/f', undefined]);
  });
});

describe('a redirect out of the service', () => {
  it.each([
    ['another host', 'https://other.example/f'],
    ['another port', 'https://api.keyed.example:8443/v2/b'],
    ['a path beside the base', '/v1/b'],
    ['a path that climbs', '/v2/..%2fv1'],
    ['a name that only begins like the host', 'https://api.keyed.example.evil.example/v2/b'],
    ['a host that only ends like a listed one', 'https://evilfiles.keyed.example/'],
  ])('to %s is followed without the credential', async (_, place) => {
    leads({ [`${base}/a`]: [302, place] });
    const answered = await call({ keepAuthorization: true });
    expect([answered.status, last().headers]).toEqual([200, []]);
    expect(answered.url).toBe(last().url);
  });

  it("tells the other site of the caller's headers only what is wanted and of what form the body is", async () => {
    leads({ [`${base}/a`]: [307, 'https://other.example/f'] });
    const harmless = [
      ['Accept', 'text/csv'],
      ['Accept-Language', 'nl'],
      ['Content-Type', 'text/plain'],
      ['If-None-Match', '"e"'],
      ['Range', 'bytes=0-9'],
      ['User-Agent', 'robot'],
    ] as const;
    const secret = [
      ['Authorization', 'Bearer own'],
      ['Cookie', 'sid=1'],
      ['X-Session', '1'],
      ['X-Whatever', '1'],
      ['Referer', 'https://a.example/?key=1'],
      ['Idempotency-Key', 'k'],
    ] as const;
    const body = Buffer.from('hello');
    await call({}, { method: 'PUT', headers: [...harmless, ...secret], body });
    expect([last().headers, last().body]).toEqual([harmless, body]);
  });

  it('brings no credential back to the service, which anybody could choose a path of', async () => {
    leads({
      [`${base}/a`]: [302, 'https://other.example/f'],
      'https://other.example/f': [302, `${base}/delete-all`],
    });
    await call({ keepAuthorization: true });
    expect([last().url, keyOf(last())]).toEqual([`${base}/delete-all`, undefined]);
  });

  it('is the answer where its place holds the credential, or the body does', async () => {
    for (const place of [
      'the-api-key',
      'x/The-Api-Key',
      '%74he-api-key',
      '?k=dGhlLWFwaS1rZXk=',
      '?a=1&b=the%2Dapi%252Dkey',
    ]) {
      leads({ [`${base}/a`]: [302, `https://other.example/${place}`] });
      expect([place, (await call({})).status]).toEqual([place, 302]);
    }
    leads({ [`${base}/a`]: [307, 'https://other.example/'] });
    const body = Buffer.from('{"mine":"the-api-key"}');
    expect((await call({}, { method: 'POST', body })).status).toBe(307);
    expect((await call({}, { headers: [['User-Agent', 'the-api-key']] })).status).toBe(307);
    expect(new Set(urls())).toEqual(new Set([`${base}/a`]));
  });

  it('loses the parameters by which the service takes the credential', async () => {
    auth = await keyedAuth(
      w,
      await tokenService(w, { baseUrl: base, apply: [{ name: 'key', value: '{{api_key}}' }] }),
    );
    leads({ [`${base}/a?key=the-api-key`]: [302, 'https://other.example/?b=1&key=the-api-key&%6bey=2&c'] });
    const answered = await call({});
    expect(last().url).toBe('https://other.example/?b=1&c');
    expect(answered.url).toBe(last().url);
  });

  it('that answers 401 has said nothing of the token', async () => {
    const tokens = countingTokens();
    w.http.answers(({ url }) => {
      if (url === tokenUrl) return tokens();
      return url.startsWith('https://other.example')
        ? answer(401)
        : answer(302, '', [['location', 'https://other.example/']]);
    });
    auth = await connectedAuth(w, await oauth2Service(w));
    await w.clock.advance(2 * minute);
    const before = w.http.to(tokenUrl).length;
    expect((await call({})).status).toBe(401);
    expect(w.http.to(tokenUrl)).toHaveLength(before);
  });
});

describe('a redirect within the service', () => {
  it('is asked for with a renewed token when the first is over there', async () => {
    const tokens = countingTokens();
    w.http.answers(({ url, headers }) => {
      if (url === tokenUrl) return tokens();
      if (url.endsWith('/a')) return answer(302, '', [['location', 'b']]);
      return headers.some(([, value]) => value === 'Bearer access-1') ? answer(401) : answer(200);
    });
    auth = await connectedAuth(w, await oauth2Service(w));
    await w.clock.advance(2 * minute);
    const answered = await call({});
    expect([answered.status, answered.url]).toEqual([200, 'https://api.acme.example/v2/b']);
  });

  it('takes the query as it is told, without the one of the base URL once more', async () => {
    auth = await keyedAuth(w, await tokenService(w, { baseUrl: `${base}?version=1` }));
    leads({ [`${base}/a?version=1`]: [302, `${base}/b?version=1&page=2`] });
    await call({});
    expect(last().url).toBe(`${base}/b?version=1&page=2`);
  });

  it('does not tell a last URL that holds the credential', async () => {
    leads({ [`${base}/a`]: [302, 'b?shown=the-api-key'] });
    expect(await call({})).toMatchObject({ status: 200, url: undefined });
  });
});
