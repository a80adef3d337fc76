import { beforeEach, describe, expect, it } from '@jest/globals';
import { testAuth } from '#shared/domain/auths/test-auth.ts';
import { completeConnect } from '#shared/domain/connect/complete.ts';
import { submitConnect } from '#shared/domain/connect/submit.ts';
import { HttpFailure, type IncomingResponse } from '#shared/ports.ts';
import { hour, told, world, type World } from '../../../support/deps.ts';
import {
  authNow,
  callback,
  countingTokens,
  keyedAuth,
  oauth2Document,
  oauth2Service,
  opened,
  redirectUri,
  sharedWorkspace,
  tokenDocument,
  tokenService,
  tokenUrl,
} from '../../../support/nouns.ts';
import { edited } from '../../../support/types.ts';
import { answer, jsonAnswer } from '../../../support/watched.ts';

let w: World;
let reply: (url: string) => IncomingResponse | Promise<IncomingResponse>;
beforeEach(async () => {
  w = await world();
  reply = () => jsonAnswer(200, { user: { mail: 'ada@acme.example' } });
  const tokens = countingTokens();
  w.http.answers(({ url }) => (url === tokenUrl ? tokens() : reply(url)));
});

const withTest = (test: object = {}) => ({ test: { path: '/me', label: 'user.mail', ...test } });
const credentials = () => w.vault.paths().filter((path) => path.startsWith('auth/'));
const tested = () => w.http.requests.filter(({ url }) => url !== tokenUrl);
const test = (authId: string, workspaceId = w.workspaceId) =>
  testAuth(w.deps, { organizationId: w.organizationId, workspaceId, authId });

describe('a credential that is given', () => {
  it("is tried by the service's test, as calls are made, and the account is known by its answer", async () => {
    const auth = await keyedAuth(w, await tokenService(w, withTest()));
    expect(auth).toMatchObject({
      account: 'ada@acme.example',
      tested: { ok: true, code: 'http_200', at: w.clock.now() },
    });
    expect(
      tested().map(({ url, headers }) => [
        url,
        new Headers(headers.map(([a, b]) => [a, b])).get('x-api-key'),
      ]),
    ).toEqual([['https://api.keyed.example/me', 'the-api-key']]);
  });

  it.each([400, 401, 403, 422])('and refused with %i makes no auth, and nothing is left', async (status) => {
    reply = () => jsonAnswer(status, { error: 'planted' });
    const service = await tokenService(w, withTest());
    const refused = await keyedAuth(w, service).catch((error: unknown) => error);
    expect(refused).toMatchObject({ status: 422, code: 'credential_refused' });
    expect((refused as Error).message).toContain(`http_${status}`);
    expect((refused as Error).message).not.toContain('planted');
    expect(credentials()).toEqual([]);
    expect(told(w, 'auth.')).toEqual([]);
  });

  it.each<[string, () => IncomingResponse | Promise<IncomingResponse>, string]>([
    ['answers 500', () => answer(500), 'http_500'],
    ['answers 404', () => answer(404), 'http_404'],
    ['redirects', () => answer(302), 'http_302'],
    ['is out of reach', () => Promise.reject(new HttpFailure('connect', false)), 'upstream_unreachable'],
    ['is slow', () => Promise.reject(new HttpFailure('timeout', true)), 'upstream_timeout'],
  ])('by a service that %s makes an auth that says so', async (_, broken, code) => {
    reply = broken;
    const auth = await keyedAuth(w, await tokenService(w, withTest()));
    expect(auth).toMatchObject({ state: 'active', tested: { ok: false, code } });
    expect(auth.account).toBeUndefined();
  });

  it('is tried no longer than a person waits: the try is given up by itself', async () => {
    await keyedAuth(w, await tokenService(w, withTest()));
    expect(tested().at(-1)?.signal?.aborted).toBe(false);
  });

  it('counts as good with the statuses that are expected, and no other', async () => {
    reply = () => answer(401);
    const service = await tokenService(w, withTest({ expect: [401] }));
    expect((await keyedAuth(w, service)).tested).toMatchObject({ ok: true, code: 'http_401' });
    reply = () => answer(200);
    expect((await keyedAuth(w, service)).tested).toMatchObject({ ok: false, code: 'http_200' });
  });

  it.each<[string, unknown, string | undefined]>([
    ['a number', { user: { mail: 42 } }, '42'],
    ['control characters', { user: { mail: 'a\nb' } }, 'a b'],
    ['no such value', { other: 1 }, undefined],
    ['an object', { user: { mail: { a: 1 } } }, undefined],
    ['too long a value', { user: { mail: 'x'.repeat(500) } }, 'x'.repeat(200)],
  ])('is labelled as far as the answer allows: %s', async (_, body, account) => {
    reply = () => jsonAnswer(200, body);
    expect((await keyedAuth(w, await tokenService(w, withTest()))).account).toBe(account);
  });

  it('is good also when the answer is no JSON, or never ends', async () => {
    async function* endless() {
      for (;;) yield await Promise.resolve(new Uint8Array(65_536));
    }
    for (const body of ['<p>hello</p>', endless()]) {
      reply = () => answer(200, body);
      const auth = await keyedAuth(w, await tokenService(w, withTest()));
      expect(auth.tested?.ok).toBe(true);
      expect(auth.account).toBeUndefined();
    }
  });

  it('fills the placeholders of the path, and of the query, with its values encoded', async () => {
    const service = await tokenService(w, {
      fields: [{ key: 'api_key' }, { key: 'team' }],
      ...withTest({ path: '/teams/{{team}}/me?team={{team}}' }),
    });
    await keyedAuth(w, service, { api_key: 'k', team: 'a&b/c?d' });
    expect(tested()[0]?.url).toBe('https://api.keyed.example/teams/a%26b%2Fc%3Fd/me?team=a%26b%2Fc%3Fd');
  });

  it('whose test lacks an optional field is not tried, and says so', async () => {
    const service = await tokenService(w, {
      fields: [{ key: 'api_key' }, { key: 'team', required: false }],
      ...withTest({ path: '/teams/{{team}}' }),
    });
    const auth = await keyedAuth(w, service);
    expect(auth.tested).toMatchObject({ ok: false, code: 'unusable_test' });
    expect(tested()).toEqual([]);
  });
});

describe('a consent', () => {
  it('is tried, and completes whatever the test says', async () => {
    reply = () => answer(401);
    const service = await oauth2Service(w, withTest());
    const { state } = await opened(w, { serviceId: service.id });
    const done = await completeConnect(w.deps, { query: callback(state), redirectUri });
    if (done.kind !== 'concluded') throw new Error(done.kind);
    expect(done.session.status).toBe('complete');
    expect((await authNow(w, done.session.authId)).tested).toMatchObject({ ok: false, code: 'http_401' });
  });

  it('completes although nothing fills the path of the test', async () => {
    const service = await oauth2Service(w, {
      auth: { tokenResponse: { metadata: { team: 'team.id' } } },
      ...withTest({ path: '/teams/{{metadata.team}}' }),
    });
    const { state } = await opened(w, { serviceId: service.id });
    const done = await completeConnect(w.deps, { query: callback(state), redirectUri });
    if (done.kind !== 'concluded') throw new Error(done.kind);
    expect(done.session.status).toBe('complete');
    expect((await authNow(w, done.session.authId)).tested).toMatchObject({ code: 'unusable_test' });
  });

  it('by a form is asked for again when the service refuses what was filled in', async () => {
    reply = () => answer(401);
    const service = await tokenService(w, withTest());
    const { link } = await opened(w, { serviceId: service.id });
    const again = await submitConnect(w.deps, link, { fields: { api_key: 'wrong' } });
    expect(again).toMatchObject({
      kind: 'form',
      wrong: { '': expect.stringContaining('http_401') },
      filled: {},
    });
    expect(credentials()).toEqual([]);
    reply = () => answer(200);
    expect((await submitConnect(w.deps, link, { fields: { api_key: 'right' } })).kind).toBe('complete');
  });
});

describe('a test on demand', () => {
  it('says how the credential fares, notes it, and tells of it', async () => {
    const { id } = await keyedAuth(w, await tokenService(w, withTest()));
    await w.clock.advance(hour);
    reply = () => answer(403);
    expect(await test(id)).toEqual({
      ok: false,
      code: 'http_403',
      account: 'ada@acme.example',
      at: '2026-03-02T10:00:00.000Z',
    });
    expect(await authNow(w, id)).toMatchObject({ state: 'active', tested: { ok: false, code: 'http_403' } });
    expect(w.bus.events.at(-1)).toMatchObject({ type: 'auth.tested', data: { ok: false, code: 'http_403' } });
  });

  it('is refused with 409 where the service describes none, and calls nobody', async () => {
    const { id } = await keyedAuth(w, await tokenService(w));
    await expect(test(id)).rejects.toMatchObject({ status: 409, code: 'no_test' });
    expect(tested()).toEqual([]);
  });

  it('is a 404 from another workspace', async () => {
    const { id } = await keyedAuth(w, await tokenService(w, withTest()));
    const other = await sharedWorkspace(w);
    await expect(test(id, other.id)).rejects.toMatchObject({ status: 404, code: 'auth_not_found' });
  });

  it('renews a token that is over first', async () => {
    const service = await oauth2Service(w, withTest());
    const { state } = await opened(w, { serviceId: service.id });
    const done = await completeConnect(w.deps, { query: callback(state), redirectUri });
    if (done.kind !== 'concluded') throw new Error(done.kind);
    await w.clock.advance(2 * hour);
    expect((await test(done.session.authId)).ok).toBe(true);
    expect(tested().at(-1)?.headers).toContainEqual(['authorization', 'Bearer access-2']);
  });

  it('ends an auth that its service cannot read any more', async () => {
    const service = await oauth2Service(w, withTest());
    const { state } = await opened(w, { serviceId: service.id });
    const done = await completeConnect(w.deps, { query: callback(state), redirectUri });
    if (done.kind !== 'concluded') throw new Error(done.kind);
    await edited(
      w,
      service,
      oauth2Document({ ...withTest(), auth: { tokenResponse: { accessToken: 'gone' } } }),
    );
    await expect(test(done.session.authId)).rejects.toMatchObject({ status: 409, code: 'needs_reconnect' });
  });

  it('forgets no account when a later test tells none', async () => {
    const service = await tokenService(w, withTest());
    const { id } = await keyedAuth(w, service);
    await edited(w, service, tokenDocument({ test: { path: '/me' } }));
    expect((await test(id)).account).toBe('ada@acme.example');
  });
});
