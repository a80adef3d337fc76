import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Auth } from '#shared/domain/auths/auth.ts';
import { proxyCall } from '#shared/domain/proxy/call.ts';
import { HttpFailure, type IncomingResponse } from '#shared/ports.ts';
import { minute, world, type World } from '../../../support/deps.ts';
import { actor, connectedAuth, countingTokens, oauth2Service, tokenUrl } from '../../../support/nouns.ts';
import { answer } from '../../../support/watched.ts';

let w: World;
let auth: Auth;
let revoked: string[];
let tokens: () => IncomingResponse;

const bearer = (headers: readonly (readonly [string, string])[]) =>
  headers.find(([name]) => name === 'authorization')?.[1] ?? '';
const spent = () => w.http.to(tokenUrl).length - 1;
const call = (method = 'POST') =>
  proxyCall(w.deps, {
    actor: actor(w),
    authId: auth.id,
    method,
    path: '/me',
    query: '',
    headers: [],
    body: Buffer.from('as sent'),
  });

beforeEach(async () => {
  w = await world();
  revoked = ['Bearer access-1'];
  tokens = countingTokens();
  w.http.answers(({ url, headers }) => {
    if (url === tokenUrl) return tokens();
    return revoked.includes(bearer(headers)) ? answer(401, 'over') : answer(200, 'hello');
  });
  auth = await connectedAuth(w, await oauth2Service(w));
  await w.clock.advance(2 * minute);
});

describe('a proxied call whose token the provider has revoked', () => {
  it('renews the token and is sent once more, body and all', async () => {
    const answered = await call();
    expect(answered.status).toBe(200);
    expect(spent()).toBe(1);
    const sent = w.http.requests.filter(({ url }) => url !== tokenUrl);
    expect(sent.map(({ method, headers, body }) => [method, bearer(headers), String(body)])).toEqual([
      ['POST', 'Bearer access-1', 'as sent'],
      ['POST', 'Bearer access-2', 'as sent'],
    ]);
  });

  it('renews once for 20 that hear it together', async () => {
    const answered = await Promise.all(Array.from({ length: 20 }, () => call('GET')));
    expect(answered.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(spent()).toBe(1);
  });

  it('answers with the refusal when the new token is refused too, and does not renew again at once', async () => {
    revoked = ['Bearer access-1', 'Bearer access-2'];
    expect((await call()).status).toBe(401);
    expect((await call()).status).toBe(401);
    expect(spent()).toBe(1);
  });

  it('answers with the refusal when the token cannot be renewed, and then lets the provider rest', async () => {
    tokens = () => {
      throw new HttpFailure('connect', false);
    };
    expect((await call()).status).toBe(401);
    expect((await call()).status).toBe(401);
    expect(spent()).toBe(1);
  });

  it('takes other signs than 401 when the service says so', async () => {
    const service = await oauth2Service(w, { auth: { refresh: { on: [{ status: 403 }] } } });
    auth = await connectedAuth(w, service);
    const before = spent();
    await w.clock.advance(2 * minute);
    revoked = ['Bearer access-2'];
    expect((await call()).status).toBe(401);
    expect(spent()).toBe(before);
  });

  it('keeps its token when the answer only says that the limit is reached', async () => {
    const rateLimit = { at: 'x-reset', remaining: 'x-left' };
    const service = await oauth2Service(w, { auth: { refresh: { on: [{ status: 403 }] } }, rateLimit });
    auth = await connectedAuth(w, service);
    await w.clock.advance(2 * minute);
    const before = spent();
    const limited = (left: string) =>
      w.http.answers(({ url }) => (url === tokenUrl ? tokens() : answer(403, '', [['x-left', left]])));
    limited('0');
    expect((await call()).status).toBe(403);
    expect(spent()).toBe(before);
    limited('1');
    expect((await call()).status).toBe(403);
    expect(spent()).toBe(before + 1);
  });
});
