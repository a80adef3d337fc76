import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { proxyCall } from '#shared/domain/proxy/call.ts';
import type { CallOptions } from '#shared/domain/proxy/options.ts';
import { AppError } from '#shared/errors.ts';
import { HttpFailure, type IncomingResponse } from '#shared/ports.ts';
import { minute, passing, turns, world, type World } from '../../../support/deps.ts';
import {
  actor,
  connectedAuth,
  countingTokens,
  keyedAuth,
  oauth2Service,
  tokenService,
  tokenUrl,
} from '../../../support/nouns.ts';
import { answer, jsonAnswer } from '../../../support/watched.ts';

let w: World;

beforeEach(async () => {
  w = await world();
});

type Parts = Partial<Parameters<typeof proxyCall>[1]>;

const call = (authId: string, options: CallOptions, parts: Parts = {}) =>
  passing(
    w.clock,
    proxyCall(w.deps, {
      actor: actor(w),
      authId,
      method: 'POST',
      path: '/orders',
      query: '',
      headers: [],
      body: Buffer.from('one order'),
      options,
      ...parts,
    }),
    10,
  );

const textOf = async ({ body }: Pick<IncomingResponse, 'body'>): Promise<string> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

const onward = { most: 3, keepMethod: false, keepAuthorization: false };
const methods = () => w.http.requests.filter(({ url }) => url !== tokenUrl).map(({ method }) => method);
const bearer = (headers: readonly (readonly [string, string])[]) =>
  headers.find(([name]) => name === 'authorization')?.[1] ?? '';

describe('a POST that was answered with a redirect to its outcome', () => {
  it.each([301, 302, 303])(
    'of %i is not made again because the outcome cannot be reached',
    async (status) => {
      const auth = await keyedAuth(w, await tokenService(w));
      w.http.answers(({ method }) => {
        if (method === 'POST') return answer(status, '', [['location', 'outcome']]);
        throw new HttpFailure('connect', false);
      });
      await expect(call(auth.id, { retries: 2, redirects: onward })).rejects.toMatchObject({
        code: 'upstream_unreachable',
      });
      expect(methods()).toEqual(['POST', 'GET']);
    },
  );

  it('is made again where nothing of it has been done', async () => {
    const auth = await keyedAuth(w, await tokenService(w));
    w.http.answers(({ url }) => {
      if (url.endsWith('/orders')) return answer(307, '', [['location', '/other']]);
      if (w.http.requests.length < 3) throw new HttpFailure('connect', false);
      return answer(201);
    });
    expect(await call(auth.id, { retries: 2, redirects: onward })).toMatchObject({ status: 201, tries: 2 });
    expect(methods()).toEqual(['POST', 'POST', 'POST', 'POST']);
  });

  it('is not made again because the token is over there; it is renewed for the next call', async () => {
    const tokens = countingTokens();
    w.http.answers(({ url, method, headers }) => {
      if (url === tokenUrl) return tokens();
      if (method === 'POST') return answer(303, '', [['location', 'outcome']]);
      return answer(bearer(headers) === 'Bearer access-1' ? 401 : 200);
    });
    const { id } = await connectedAuth(w, await oauth2Service(w));
    await w.clock.advance(2 * minute);
    expect((await call(id, { redirects: onward })).status).toBe(401);
    expect(methods()).toEqual(['POST', 'GET']);
    expect((await call(id, {}, { method: 'GET' })).status).toBe(200);
  });
});

describe('where one call at a time is allowed', () => {
  it('a renewed token is tried in the place of the call that was refused, also where its answer is unpacked', async () => {
    const tokens = countingTokens();
    w.http.answers(({ url, headers }) => {
      if (url === tokenUrl) return tokens();
      if (bearer(headers) === 'Bearer access-2') return answer(200, 'hello');
      const packed = gzipSync(Buffer.alloc(400_000, 'over '));
      return answer(401, pieces(packed), [['content-encoding', 'gzip']]);
    });
    const { id } = await connectedAuth(w, await oauth2Service(w, { limits: { auth: { concurrency: 1 } } }));
    await w.clock.advance(2 * minute);
    const answered = await call(id, { decode: true });
    expect([answered.status, await textOf(answered)]).toEqual([200, 'hello']);
  });
});

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += 50) {
    await new Promise((resolve) => setImmediate(resolve));
    yield bytes.subarray(at, at + 50);
  }
}

describe('a caller who goes away', () => {
  it.each([undefined, true])(
    'before anything of the answer is read (decode: %s) leaves the place to others',
    async (decode) => {
      const auth = await keyedAuth(w, await tokenService(w, { limits: { auth: { concurrency: 1 } } }));
      w.http.answers(() => answer(200, gzipSync('hello'), [['content-encoding', 'gzip']]));
      const caller = new AbortController();
      await call(auth.id, { decode }, { signal: caller.signal });
      await expect(call(auth.id, {})).rejects.toMatchObject({ code: 'too_many_calls' });
      caller.abort();
      await turns();
      expect((await call(auth.id, {})).status).toBe(200);
    },
  );
});

describe('a call that our own limits refuse', () => {
  const rate = (calls: number, seconds: number) => ({ limits: { auth: { rate: { calls, seconds } } } });

  it('is sent once there is room, when it may be sent again, whatever its method', async () => {
    const auth = await keyedAuth(w, await tokenService(w, rate(1, 10)));
    expect((await call(auth.id, {})).status).toBe(200);
    await expect(call(auth.id, {})).rejects.toMatchObject({ status: 429, code: 'rate_limited' });
    expect((await call(auth.id, { retries: 1 })).status).toBe(200);
    expect(methods()).toEqual(['POST', 'POST']);
    await expect(call(auth.id, { retries: 5, timeoutMilliseconds: 2000 })).rejects.toMatchObject({
      code: 'rate_limited',
    });
  });

  it('in the midst of a list is made when the limit lets it; the items come whole', async () => {
    const pagination = { kind: 'page', pages: 'pages' };
    const auth = await keyedAuth(w, await tokenService(w, { pagination, ...rate(2, 10) }));
    w.http.answers(({ url }) => {
      const page = Number(new URL(url).searchParams.get('page') ?? 1);
      return jsonAnswer(200, { pages: 5, data: [page] });
    });
    const list = { method: 'GET', body: undefined };
    const lines = await passing(w.clock, call(auth.id, { mostItems: 100 }, list).then(textOf));
    expect(
      lines
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      ...[1, 2, 3, 4, 5].map((page) => page),
      { latchkey: { complete: true, items: 5, pages: 5, more: false } },
    ]);
    expect(w.http.requests).toHaveLength(5);
  });

  it('in the midst of a list for longer than a call may take ends the list with the reason', async () => {
    const pagination = { kind: 'page', pages: 'pages' };
    const auth = await keyedAuth(w, await tokenService(w, { pagination, ...rate(1, 600) }));
    w.http.answers(() => jsonAnswer(200, { pages: 5, data: [1] }));
    const list = { method: 'GET', body: undefined };
    const lines = await passing(w.clock, call(auth.id, { mostItems: 100 }, list).then(textOf));
    expect(JSON.parse(lines.trim().split('\n').at(-1)!)).toMatchObject({
      latchkey: { complete: false, items: 1, error: { code: 'rate_limited' } },
    });
  });

  it('keeps no list waiting whose reader has gone', async () => {
    const pagination = { kind: 'page', pages: 'pages' };
    const auth = await keyedAuth(w, await tokenService(w, { pagination, ...rate(1, 20) }));
    w.http.answers(() => jsonAnswer(200, { pages: 5, data: [1] }));
    const reader = new AbortController();
    const { body } = await call(
      auth.id,
      { mostItems: 9 },
      { method: 'GET', body: undefined, signal: reader.signal },
    );
    const read = textOf({ body });
    await turns();
    reader.abort(new AppError(504, 'answer_too_late', 'The API waits 30 seconds at the most.'));
    expect(await read).toContain('"error":{"code":"answer_too_late"');
    expect(w.http.requests).toHaveLength(1);
  });
});
