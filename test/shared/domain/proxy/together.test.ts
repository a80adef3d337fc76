import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { proxyCall } from '#shared/domain/proxy/call.ts';
import type { CallOptions } from '#shared/domain/proxy/options.ts';
import { HttpFailure, type IncomingResponse } from '#shared/ports.ts';
import { minute, passing, world, type World } from '../../../support/deps.ts';
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
  it.each([301, 302, 303])('of %i is not made again because the outcome cannot be reached', async (status) => {
    const auth = await keyedAuth(w, await tokenService(w));
    w.http.answers(({ method }) => {
      if (method === 'POST') return answer(status, '', [['location', 'outcome']]);
      throw new HttpFailure('connect', false);
    });
    await expect(call(auth.id, { retries: 2, redirects: onward })).rejects.toMatchObject({
      code: 'upstream_unreachable',
    });
    expect(methods()).toEqual(['POST', 'GET']);
  });

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
    const { id } = await connectedAuth(
      w,
      await oauth2Service(w, { limits: { auth: { concurrency: 1 } } }),
    );
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
