import { describe, expect, it } from '@jest/globals';
import { auths, type Auth } from '#shared/domain/auths/auth.ts';
import { testAuth } from '#shared/domain/auths/test-auth.ts';
import { proxyCall } from '#shared/domain/proxy/call.ts';
import { HttpFailure, type IncomingResponse } from '#shared/ports.ts';
import { dailyTests, test } from '../../../support/daily-tests.ts';
import { day, hour, start, told } from '../../../support/deps.ts';
import {
  actor,
  connectedAuth,
  keyedAuth,
  makeAuth,
  oauth2Service,
  tokenDocument,
  tokenService,
  tokenUrl,
  umbrella,
} from '../../../support/nouns.ts';
import { clientDocument, edited, serviceOf } from '../../../support/types.ts';
import { answer, jsonAnswer } from '../../../support/watched.ts';

const { stage, now, run, tries, next, where, refusing } = dailyTests();

const call = () =>
  proxyCall(stage.w.deps, {
    actor: actor(stage.w),
    authId: stage.auth.id,
    method: 'GET',
    path: '/items',
    query: '',
    headers: [],
    body: undefined,
  });

describe('an auth that nothing renews and whose service describes a test', () => {
  it('is tested about a day after it was made, and every day from then on', async () => {
    expect(auths.place(stage.auth).due).toMatchObject({ at: stage.auth.testAt, act: 'test' });
    for (let round = 1; round <= 5; round += 1) {
      const before = stage.w.clock.now();
      expect((await next()).tested).toEqual({ at: stage.w.clock.now(), ok: true, code: 'http_200' });
      expect(stage.w.clock.now() - before).toBeGreaterThan(0.9 * day - 1);
      expect(stage.w.clock.now() - before).toBeLessThanOrEqual(day);
      expect(tries()).toBe(1 + round);
    }
    // The outcome was known from the beginning and has not changed: nobody is told.
    expect(told(stage.w, 'auth.')).toEqual(['auth.connected']);
  });

  it('is not tested before its time, however often that is asked for', async () => {
    await run();
    await stage.w.clock.advance(hour);
    await run();
    expect(tries()).toBe(1);
  });

  it('has a time of its own', async () => {
    const times = new Set<number | undefined>();
    for (let count = 0; count < 8; count += 1) times.add((await keyedAuth(stage.w, stage.service)).testAt);
    expect(times.size).toBe(8);
    expect([...times].every((at = 0) => at >= start + 0.9 * day && at <= start + day)).toBe(true);
  });

  it.each<[string, () => Promise<Auth>]>([
    [
      'OAuth 2 without a refresh token',
      async () => {
        stage.w.http.answers(({ url }) =>
          url === tokenUrl ? jsonAnswer(200, { access_token: 'a' }) : answer(200),
        );
        return connectedAuth(stage.w, await oauth2Service(stage.w, { test }));
      },
    ],
    [
      'a token obtained elsewhere',
      async () => {
        const { id: serviceId } = await oauth2Service(stage.w, { test });
        return makeAuth(stage.w, { serviceId, credential: { accessToken: 'a' } });
      },
    ],
    [
      'OAuth 1',
      async () => {
        const { id: serviceId } = await serviceOf(stage.w, {
          name: 'Signed',
          baseUrl: 'https://api.signed.example',
          auth: {
            type: 'oauth1',
            grant: 'three_legged',
            requestTokenUrl: 'https://signed.example/request',
            authorizationUrl: 'https://signed.example/authorize',
            accessTokenUrl: 'https://signed.example/access',
            consumerKey: 'key',
            consumerSecret: 'secret',
            acknowledgeRisk: true,
          },
          test,
        });
        return makeAuth(stage.w, { serviceId, credential: { accessToken: 'a', tokenSecret: 's' } });
      },
    ],
  ])('may be of %s', async (_, made) => {
    const { id } = await made();
    const before = tries();
    expect((await next(id)).tested?.ok).toBe(true);
    expect(tries()).toBe(before + 1);
  });

  it('is none where the service has no test, or where the schedule renews it anyway', async () => {
    const without = await keyedAuth(stage.w, await tokenService(stage.w));
    const renewed = await connectedAuth(stage.w, await oauth2Service(stage.w, { test }));
    const anew = await makeAuth(stage.w, {
      serviceId: (await serviceOf(stage.w, clientDocument({}, { test }))).id,
    });
    const generic = await makeAuth(stage.w, {
      generic: {
        baseUrl: 'https://api.any.example',
        fields: { k: 'v' },
        apply: [{ name: 'k', value: '{{k}}' }],
      },
    });
    for (const made of [without, renewed, anew, generic]) expect(made.testAt).toBeUndefined();
  });
});

describe('a daily test that is refused', () => {
  it('makes the auth failing, told once, and calls go on being made with it', async () => {
    refusing();
    const failing = await next();
    const at = stage.w.clock.now();
    expect(failing).toMatchObject({
      state: 'failing',
      failure: { code: 'test_http_401', at, count: 1 },
      tested: { ok: false, code: 'http_401', at },
      testAt: at + hour,
    });
    expect(told(stage.w, 'auth.').slice(1)).toEqual(['auth.tested', 'auth.refresh_failed']);
    expect(stage.w.bus.events.at(-1)?.data).toMatchObject({ code: 'test_http_401' });
    expect((await call()).status).toBe(401);
    stage.reply = () => answer(200, 'hello');
    expect((await call()).status).toBe(200);
    expect((await now()).state).toBe('failing');
  });

  it('is repeated each hour, and the third in a row ends the auth, told once', async () => {
    refusing();
    await next();
    const first = stage.w.clock.now();
    expect(await next()).toMatchObject({ state: 'failing', failure: { count: 2 } });
    expect(stage.w.clock.now()).toBe(first + hour);
    const over = await next();
    expect(stage.w.clock.now()).toBe(first + 2 * hour);
    expect(over).toMatchObject({ state: 'needs_reconnect', cause: 'revoked', failure: { count: 3 } });
    expect(over.testAt).toBeUndefined();
    expect(auths.place(over).due).toBeUndefined();
    expect(told(stage.w, 'auth.').slice(1)).toEqual([
      'auth.tested',
      'auth.refresh_failed',
      'auth.needs_reconnect',
    ]);
    expect(stage.w.bus.events.at(-1)?.data).toMatchObject({ cause: 'revoked', code: 'test_http_401' });
    await expect(call()).rejects.toMatchObject({ status: 409, code: 'needs_reconnect' });
    await run();
    expect(tries()).toBe(4);
  });

  it('near the predicted end of an application that is not verified has that cause (R42)', async () => {
    const { id: umbrellaId } = await umbrella(stage.w, {
      verification: { status: 'demo', authLifetimeSeconds: (2 * day) / 1000 },
    });
    const risky = await oauth2Service(stage.w, { umbrellaId, test });
    const { id } = await makeAuth(stage.w, { serviceId: risky.id, credential: { accessToken: 'a' } });
    await next(id);
    refusing();
    for (let round = 0; round < 3; round += 1) await next(id);
    expect(await now(id)).toMatchObject({ state: 'needs_reconnect', cause: 'provider_test_status' });
  });

  it('and then is good makes the auth active again, told once, and begins anew', async () => {
    refusing();
    await next();
    await next();
    stage.reply = () => answer(200);
    const well = await next();
    expect(well).toMatchObject({ state: 'active', tested: { ok: true } });
    expect(well.failure).toBeUndefined();
    expect(well.testAt).toBeGreaterThan(stage.w.clock.now() + 0.9 * day - 1);
    expect(told(stage.w, 'auth.recovered')).toHaveLength(1);
    refusing();
    expect(await next()).toMatchObject({ state: 'failing', failure: { count: 1 } });
  });

  it('is made good by a test on demand too', async () => {
    refusing();
    await next();
    await testAuth(stage.w.deps, where());
    expect(await now()).toMatchObject({ state: 'failing', failure: { count: 1 } });
    stage.reply = () => answer(200);
    await testAuth(stage.w.deps, where());
    expect((await now()).state).toBe('active');
    expect(told(stage.w, 'auth.recovered')).toHaveLength(1);
  });

  it('and that the service then describes no more says nothing any more: the auth does not fail for ever', async () => {
    refusing();
    expect((await next()).state).toBe('failing');
    await edited(stage.w, stage.service, tokenDocument());
    const after = await next();
    expect([after.state, after.failure, after.testAt]).toEqual(['active', undefined, undefined]);
    expect(told(stage.w, 'auth.recovered')).toHaveLength(1);
  });
});

describe('a daily test that says nothing of the credential', () => {
  it.each<[string, () => IncomingResponse | Promise<IncomingResponse>, string]>([
    ['403, a matter of scopes or of the plan', () => answer(403), 'http_403'],
    ['404', () => answer(404), 'http_404'],
    ['422', () => answer(422), 'http_422'],
    ['429', () => answer(429), 'http_429'],
    ['500', () => answer(500), 'http_500'],
    ['silence', () => Promise.reject(new HttpFailure('timeout', true)), 'upstream_timeout'],
    ['a reset', () => Promise.reject(new HttpFailure('reset', true)), 'upstream_unreachable'],
  ])('%s leaves the auth as it is until the next day', async (_, said, code) => {
    stage.reply = said;
    for (let round = 0; round < 4; round += 1) {
      const { state, tested, testAt = 0, failure } = await next();
      expect([state, failure, tested?.code]).toEqual(['active', undefined, code]);
      expect(testAt).toBeGreaterThan(stage.w.clock.now() + 0.9 * day - 1);
    }
    expect(told(stage.w, 'auth.').slice(1)).toEqual(['auth.tested']);
  });

  it('neither ends nor continues a row of refusals: it is asked again in an hour', async () => {
    refusing();
    await next();
    stage.reply = () => answer(503);
    expect(await next()).toMatchObject({
      state: 'failing',
      failure: { count: 1 },
      testAt: stage.w.clock.now() + hour,
      tested: { code: 'http_503' },
    });
    refusing();
    expect(await next()).toMatchObject({ failure: { count: 2 } });
  });
});
