import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Auth } from '#shared/domain/auths/auth.ts';
import { proxyCall } from '#shared/domain/proxy/call.ts';
import type { CallOptions } from '#shared/domain/proxy/options.ts';
import { EgressRefused, HttpFailure, type IncomingResponse } from '#shared/ports.ts';
import { minute, passing, start, world, type World } from '../../../support/deps.ts';
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

let w: World;
let auth: Auth;
let sentAt: number[];

type Reply = IncomingResponse | Error;

beforeEach(async () => {
  w = await world();
  auth = await keyedAuth(w, await tokenService(w));
});

/** What the service answers in turn, the last for ever. */
const replies = (...list: readonly (() => Reply)[]) => {
  sentAt = [];
  w.http.answers(() => {
    const reply = (list[sentAt.length] ?? list.at(-1)!)();
    sentAt.push(w.clock.now() - start);
    if (reply instanceof Error) throw reply;
    return reply;
  });
};

const call = (options: CallOptions | undefined, parts: Partial<Parameters<typeof proxyCall>[1]> = {}) =>
  passing(
    w.clock,
    proxyCall(w.deps, {
      actor: actor(w),
      authId: auth.id,
      method: 'GET',
      path: '/me',
      query: '',
      headers: [],
      body: undefined,
      options,
      ...parts,
    }),
    10,
  );

const good = () => answer(200, 'good');
const busy = (headers: readonly (readonly [string, string])[] = [], status = 503) =>
  answer(status, '', headers);

describe('a call whose service is busy', () => {
  it('is sent once when nobody asked for more: the answer stands', async () => {
    replies(busy, good);
    expect(await call(undefined)).toMatchObject({ status: 503, tries: 1 });
    expect(sentAt).toHaveLength(1);
  });

  it.each([408, 425, 429, 502, 503, 504])(
    'with %i is sent again when the caller asks for it',
    async (status) => {
      replies(() => busy([], status), good);
      expect(await call({ retries: 1 })).toMatchObject({ status: 200, tries: 2 });
    },
  );

  it.each([400, 401, 403, 404, 409, 500, 501])('is not what %i says', async (status) => {
    replies(() => busy([], status), good);
    expect(await call({ retries: 3 })).toMatchObject({ status, tries: 1 });
  });

  it('is sent no oftener than asked for, and then its last answer stands', async () => {
    replies(() => busy([['x-try', String(sentAt.length + 1)]]));
    const answered = await call({ retries: 2 });
    expect([answered.status, answered.tries, answered.headers]).toEqual([503, 3, [['x-try', '3']]]);
  });

  it('is sent again when its service says so, unless the caller wants none of it', async () => {
    auth = await keyedAuth(w, await tokenService(w, { retries: { most: 2, statuses: [500] } }));
    replies(() => busy([], 500), good);
    expect(await call(undefined)).toMatchObject({ status: 200, tries: 2 });
    replies(() => busy([], 500), good);
    expect(await call({ retries: 0 })).toMatchObject({ status: 500, tries: 1 });
    replies(() => busy([], 503), good);
    expect(await call({ retries: 1 })).toMatchObject({ status: 503, tries: 1 });
  });

  it('gives the connection of each answer back that nobody reads', async () => {
    let left = 0;
    async function* dripping() {
      try {
        await Promise.resolve();
        for (;;) yield Buffer.from('more');
      } finally {
        left += 1;
      }
    }
    replies(
      () => answer(503, dripping()),
      () => answer(503, dripping()),
      good,
    );
    expect((await call({ retries: 5 })).status).toBe(200);
    expect(left).toBe(2);
  });
});

describe('what may be sent again', () => {
  it.each(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'delete'])('is %s, body and all', async (method) => {
    replies(busy, good);
    const body = Buffer.from('as sent');
    expect((await call({ retries: 1 }, { method, body })).status).toBe(200);
    expect(w.http.requests.map((sent) => String(sent.body))).toEqual(['as sent', 'as sent']);
  });

  it.each(['POST', 'PATCH', 'MERGE'])(
    'is not %s, but with a key by which the provider tells repeats',
    async (method) => {
      replies(busy, good);
      expect((await call({ retries: 1 }, { method })).status).toBe(503);
      replies(busy, good);
      expect((await call({ retries: 1 }, { method, headers: [['idempotency-key', ' ']] })).status).toBe(503);
      replies(busy, good);
      const keyed = await call({ retries: 1 }, { method, headers: [['Idempotency-Key', 'k1']] });
      expect(keyed.status).toBe(200);
      expect(w.http.requests.at(-1)!.headers).toContainEqual(['Idempotency-Key', 'k1']);
    },
  );

  it('is what certainly never reached the service, whatever its method is', async () => {
    replies(() => new HttpFailure('connect', false), good);
    expect((await call({ retries: 1 }, { method: 'POST' })).status).toBe(200);
    replies(
      () => new HttpFailure('timeout', false),
      () => new HttpFailure('dns', false),
      good,
    );
    expect((await call({ retries: 2 }, { method: 'POST' })).status).toBe(200);
  });

  it('is not what may have reached it and broke off, but by a method that may be repeated', async () => {
    replies(() => new HttpFailure('reset', true), good);
    await expect(call({ retries: 1 }, { method: 'POST' })).rejects.toMatchObject({
      code: 'upstream_unreachable',
    });
    replies(() => new HttpFailure('reset', true), good);
    expect((await call({ retries: 1 })).tries).toBe(2);
  });

  it.each<[string, Error, string]>([
    ['timed out', new HttpFailure('timeout', true), 'upstream_timeout'],
    ['met a certificate that is not good', new HttpFailure('tls', false), 'upstream_unreachable'],
    ['was given up by its caller', new HttpFailure('aborted', false), 'upstream_unreachable'],
    ['leads to an address that must not be called', new EgressRefused('no'), 'address_refused'],
  ])('is not what %s', async (_, failure, code) => {
    replies(() => failure, good);
    await expect(call({ retries: 3 })).rejects.toMatchObject({ code });
    expect(sentAt).toHaveLength(1);
  });

  it('ends in the failure of the last try', async () => {
    replies(
      () => busy(),
      () => new HttpFailure('connect', false),
    );
    await expect(call({ retries: 2 })).rejects.toMatchObject({ status: 502 });
    expect(sentAt).toHaveLength(3);
  });
});

describe('a body that streams', () => {
  async function* streamed() {
    await Promise.resolve();
    yield Buffer.from('once');
  }
  const streaming = (method: string) => ({ method, body: streamed() as unknown as Uint8Array });
  const keepMethod = { most: 5, keepMethod: false, keepAuthorization: false };

  it('is spent by the first try: no call with it is sent again', async () => {
    replies(busy, good);
    expect(await call({ retries: 3 }, streaming('PUT'))).toMatchObject({ status: 503, tries: 1 });
    replies(() => new HttpFailure('reset', false), good);
    await expect(call({ retries: 3 }, streaming('PUT'))).rejects.toMatchObject({ status: 502 });
  });

  it('goes nowhere else: a redirect that asks for it is the answer, and one that does not is followed', async () => {
    const leading = (status: number) => () => answer(status, '', [['location', 'b']]);
    replies(leading(307), good);
    expect((await call({ redirects: keepMethod }, streaming('POST'))).status).toBe(307);
    replies(leading(303), good);
    expect((await call({ redirects: keepMethod }, streaming('POST'))).status).toBe(200);
  });

  it('is not sent with a renewed token, but the next call has one', async () => {
    const tokens = countingTokens();
    w.http.answers(({ url, headers }) => {
      if (url === tokenUrl) return tokens();
      return headers.some(([, value]) => value === 'Bearer access-1') ? answer(401) : good();
    });
    auth = await connectedAuth(w, await oauth2Service(w));
    await w.clock.advance(2 * minute);
    expect((await call(undefined, streaming('POST'))).status).toBe(401);
    expect((await call(undefined, streaming('POST'))).status).toBe(200);
    expect(w.http.to(tokenUrl)).toHaveLength(2);
  });
});

describe('the pause before a call is sent again', () => {
  it('lasts as long as Retry-After says in seconds, and a little more by chance', async () => {
    replies(() => busy([['Retry-After', '7']]), good);
    await call({ retries: 1 });
    expect(sentAt[1]! - sentAt[0]!).toBeGreaterThanOrEqual(7000);
    expect(sentAt[1]! - sentAt[0]!).toBeLessThanOrEqual(7510);
  });

  it('lasts until the date that Retry-After says', async () => {
    replies(() => busy([['retry-after', new Date(start + 5000).toUTCString()]], 429), good);
    await call({ retries: 1 });
    expect(sentAt[1]).toBeGreaterThanOrEqual(5000);
    expect(sentAt[1]).toBeLessThanOrEqual(5510);
  });

  it('grows by full jitter where the service names none', async () => {
    replies(busy);
    await call({ retries: 5, timeoutMilliseconds: 10 * minute });
    const pauses = sentAt.slice(1).map((at, index) => at - sentAt[index]!);
    const most = [500, 1000, 2000, 4000, 8000];
    expect(pauses.every((pause, index) => pause <= most[index]! + 10)).toBe(true);
    // Some of them far shorter: the chance is over all of it.
    expect(pauses.filter((pause, index) => pause < most[index]! * 0.8).length).toBeGreaterThan(1);
    expect(Math.max(...pauses)).toBeGreaterThan(1000);
  });

  it('is not made when it does not fit into the time of the call: the answer passes as it is, at once', async () => {
    replies(
      () =>
        busy(
          [
            ['Retry-After', '25'],
            ['x-own', '1'],
          ],
          429,
        ),
      good,
    );
    const answered = await call({ retries: 3 });
    expect([answered.status, answered.tries, answered.headers]).toEqual([
      429,
      1,
      [
        ['Retry-After', '25'],
        ['x-own', '1'],
      ],
    ]);
    expect(w.clock.now() - start).toBeLessThan(100);
    replies(() => busy([['Retry-After', '25']], 429), good);
    expect((await call({ retries: 3, timeoutMilliseconds: minute })).status).toBe(200);
  });

  it('leaves each try the rest of the time, not the whole', async () => {
    replies(() => busy([['Retry-After', '10']]), good);
    await call({ retries: 1 });
    const [first, second] = w.http.requests.map(({ timeoutMilliseconds }) => timeoutMilliseconds);
    expect(first).toBe(25_000);
    expect(second).toBeLessThanOrEqual(15_000);
    expect(second).toBeGreaterThan(14_000);
  });

  it('ends when the caller goes away meanwhile', async () => {
    const caller = new AbortController();
    void w.clock.sleep(3000).then(() => caller.abort());
    sentAt = [];
    w.http.answers(({ signal }) => {
      sentAt.push(w.clock.now() - start);
      if (signal?.aborted) throw new HttpFailure('aborted', false);
      return busy([['Retry-After', '20']]);
    });
    await expect(call({ retries: 5 }, { signal: caller.signal })).rejects.toMatchObject({ status: 502 });
    expect(sentAt).toHaveLength(2);
    expect(sentAt[1]).toBeLessThan(3500);
  });

  it('is not made for a caller who has gone away already', async () => {
    const caller = new AbortController();
    w.http.answers(({ signal }) => {
      sentAt.push(w.clock.now() - start);
      if (signal?.aborted) throw new HttpFailure('aborted', false);
      caller.abort();
      return busy([['Retry-After', '20']]);
    });
    sentAt = [];
    await expect(call({ retries: 5 }, { signal: caller.signal })).rejects.toMatchObject({ status: 502 });
    expect(sentAt).toHaveLength(2);
    expect(sentAt[1]).toBeLessThan(1000);
  });
});

describe('a service that describes its rate limit headers', () => {
  const limited = (left: string, status = 403) =>
    busy(
      [
        ['X-RateLimit-Remaining', left],
        ['X-RateLimit-Reset', String(start / 1000 + 6)],
      ],
      status,
    );

  beforeEach(async () => {
    const rateLimit = { at: 'x-ratelimit-reset', remaining: 'x-ratelimit-remaining' };
    auth = await keyedAuth(w, await tokenService(w, { rateLimit }));
  });

  it('is called again when the moment has come that its 403 names, as of GitHub', async () => {
    replies(() => limited('0'), good);
    expect((await call({ retries: 1 })).status).toBe(200);
    expect(sentAt[1]).toBeGreaterThanOrEqual(6000);
  });

  it('is not called again after a 403 while calls are left', async () => {
    replies(() => limited('5'), good);
    expect((await call({ retries: 1 })).status).toBe(403);
  });

  it('is believed by its Retry-After first', async () => {
    replies(() => ({ ...limited('0'), headers: [...limited('0').headers, ['retry-after', '2']] }), good);
    await call({ retries: 1 });
    expect(sentAt[1]).toBeGreaterThanOrEqual(2000);
    expect(sentAt[1]).toBeLessThan(3000);
  });
});
