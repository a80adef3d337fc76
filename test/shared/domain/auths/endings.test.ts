import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Auth } from '#shared/domain/auths/auth.ts';
import { freshCredential } from '#shared/domain/auths/fresh-credential.ts';
import { noteUse } from '#shared/domain/auths/note-use.ts';
import { refreshDueAuths } from '#shared/domain/auths/refresh-due.ts';
import { tellEnding } from '#shared/domain/auths/tell-ending.ts';
import { showAuth } from '#shared/domain/auths/view.ts';
import { currentService } from '#shared/domain/services/current.ts';
import { serviceKey, services, showService, type Service } from '#shared/domain/services/service.ts';
import { applyVerification } from '#shared/domain/umbrellas/apply-verification.ts';
import { setVerification } from '#shared/domain/umbrellas/set-verification.ts';
import { VerificationInput } from '#shared/domain/umbrellas/umbrella.ts';
import { day, hour, start, world, type World } from '../../../support/deps.ts';
import {
  actor,
  authNow,
  connectedAuth,
  countingTokens,
  keyedAuth,
  makeAuth,
  oauth2Service,
  tokenService,
  umbrella,
} from '../../../support/nouns.ts';
import { answer, jsonAnswer } from '../../../support/watched.ts';

let w: World;
beforeEach(async () => {
  w = await world();
  w.http.answers(countingTokens());
});

const seconds = (days: number) => (days * day) / 1000;
const ref = (authId: string) => ({ organizationId: w.organizationId, authId });
const events = (type: string) => w.bus.events.filter((event) => event.type === type);
const leadsTold = () => events('auth.expiring').map(({ data }) => Number(data['leadSeconds']) / 86_400);
const refused = () => jsonAnswer(400, { error: 'invalid_grant' });

/** An auth of a service that states, or whose profile states, how long auths live. */
const made = async (parts: Parameters<typeof oauth2Service>[1] = {}): Promise<Auth> =>
  connectedAuth(w, await oauth2Service(w, parts));

/** Renews now, and says what became of the auth. */
const renewed = async ({ id }: Pick<Auth, 'id'>): Promise<Auth> => {
  const { credential } = await authNow(w, id);
  const options = { otherThan: credential.version, insist: true };
  await freshCredential(w.deps, ref(id), options).catch(() => undefined);
  return authNow(w, id);
};

/** Lets sweeps work until a moment: what is due to be renewed is, what is to be told is told. */
const until = async ({ id }: Pick<Auth, 'id'>, end: number) => {
  for (let round = 0; round < 3000; round += 1) {
    const { refreshAt = Infinity, alertAt = Infinity } = await authNow(w, id);
    const next = Math.min(refreshAt, alertAt);
    if (next > end) break;
    await w.clock.advance(Math.max(next - w.clock.now(), 0));
    if (refreshAt <= alertAt) await refreshDueAuths(w.deps, w.organizationId, { authIds: [id] });
    else await tellEnding(w.deps, ref(id));
  }
  await w.clock.advance(Math.max(end - w.clock.now(), 0));
};

/** The same while renewing fails: after the first try that does, the alerts alone, for each try ends as the one before. */
const failingUntil = async ({ id }: Pick<Auth, 'id'>, end: number) => {
  const { refreshAt = 0 } = await authNow(w, id);
  await w.clock.advance(refreshAt - w.clock.now());
  await refreshDueAuths(w.deps, w.organizationId, { authIds: [id] });
  for (;;) {
    const { alertAt = Infinity } = await authNow(w, id);
    if (alertAt > end) break;
    await w.clock.advance(Math.max(alertAt - w.clock.now(), 0));
    await tellEnding(w.deps, ref(id));
  }
  await w.clock.advance(end - w.clock.now());
};

describe('an auth whose end a renewal moves', () => {
  it('is never told of while it is renewed, and at each lead time once renewing fails', async () => {
    const auth = await made({ lifetime: { idleSeconds: seconds(60) } });
    expect(auth.prediction).toMatchObject({ end: auth.credential.obtainedAt + 60 * day, reason: 'idle' });
    await until(auth, start + 100 * day);
    expect(w.bus.events.filter(({ type }) => type.startsWith('auth.expir'))).toEqual([]);
    const { prediction } = await authNow(w, auth.id);
    expect(prediction!.end).toBeGreaterThan(start + 158 * day);
    w.http.answers(() => answer(503));
    await failingUntil(auth, start + 170 * day);
    expect(leadsTold()).toEqual([14, 7, 3, 1]);
    expect(events('auth.expired')).toHaveLength(1);
    expect(events('auth.expiring')[0]?.data).toMatchObject({ reason: 'idle' });
  });

  it('is told of no more when renewing works again, and of the new end alone', async () => {
    const auth = await made({ lifetime: { idleSeconds: seconds(20) } });
    w.http.answers(() => answer(503));
    await failingUntil(auth, start + 15 * day);
    expect(leadsTold()).toEqual([14, 7]);
    w.http.answers(countingTokens());
    await until(auth, start + 50 * day);
    expect(events('auth.recovered')).toHaveLength(1);
    expect(leadsTold()).toEqual([14, 7]);
    expect((await authNow(w, auth.id)).prediction?.end).toBeGreaterThan(start + 68 * day);
  });

  it('is renewed well before its rest is over, though its access token lives longer', async () => {
    w.http.answers(countingTokens({ expires_in: seconds(100) }));
    const auth = await made({ lifetime: { idleSeconds: seconds(10) } });
    expect(auth.refreshAt).toBeLessThanOrEqual(start + 9 * day);
    await until(auth, start + 60 * day);
    expect(await authNow(w, auth.id)).toMatchObject({ state: 'active' });
    expect(leadsTold()).toEqual([]);
  });
});

describe('an end behind another that renewals move', () => {
  const hoursTold = () => events('auth.expiring').map(({ data }) => Number(data['leadSeconds']) / 3600);
  const ofAWeek = async () => {
    const { id } = await umbrella(w, { verification: { status: 'demo', authLifetimeSeconds: seconds(7) } });
    return made({ umbrellaId: id });
  };

  it('is told of at each of its lead times, though the nearer one never comes', async () => {
    w.http.answers(countingTokens({ refresh_token_expires_in: seconds(1) }));
    const auth = await ofAWeek();
    expect(auth.prediction).toMatchObject({ end: start + day, reason: 'announced', moves: true });
    expect(events('auth.at_risk')[0]?.data).toMatchObject({
      endsAt: new Date(start + 7 * day).toISOString(),
    });
    await until(auth, start + 7 * day - hour);
    expect(hoursTold()).toEqual([72, 24, 4]);
    expect(events('auth.expiring').map(({ data }) => data['reason'])).toEqual(['demo', 'demo', 'demo']);
    w.http.answers(refused);
    await until(auth, start + 8 * day);
    expect(events('auth.expired').map(({ data }) => data['reason'])).toEqual(['demo']);
    expect(await authNow(w, auth.id)).toMatchObject({ cause: 'provider_test_status' });
  });

  it('is not told of again after the nearer one was', async () => {
    w.http.answers(countingTokens({ refresh_token_expires_in: seconds(1) }));
    const auth = await ofAWeek();
    await until(auth, start + 5 * day);
    expect(hoursTold()).toEqual([72]);
    w.http.answers(() => answer(503));
    await failingUntil(auth, start + 5 * day + 20 * hour);
    w.http.answers(countingTokens({ refresh_token_expires_in: seconds(1) }));
    await until(auth, start + 7 * day - hour);
    const ofTheStatus = events('auth.expiring').filter(({ data }) => data['reason'] === 'demo');
    expect(ofTheStatus.map(({ data }) => Number(data['leadSeconds']) / 3600)).toEqual([72, 24, 4]);
    expect(events('auth.expiring').length).toBeGreaterThan(3);
  });

  it('is told of no more once the nearer one has come', async () => {
    w.http.answers(countingTokens({ refresh_token_expires_in: seconds(1) }));
    const auth = await ofAWeek();
    w.http.answers(() => answer(503));
    await failingUntil(auth, start + 8 * day);
    expect(events('auth.expired').map(({ data }) => data['reason'])).toEqual(['announced']);
    expect(events('auth.expiring').map(({ data }) => data['reason'])).not.toContain('demo');
  });
});

describe('an end that an auth has outlived', () => {
  const outliving = async () => {
    const { id } = await umbrella(w, { verification: { status: 'demo', authLifetimeSeconds: seconds(7) } });
    const auth = await made({ umbrellaId: id, lifetime: { consentSeconds: seconds(90) } });
    await until(auth, start + 30 * day);
    expect(events('auth.expired').map(({ data }) => data['reason'])).toEqual(['demo']);
    return auth;
  };

  it('is not the cause of what happens long after', async () => {
    const auth = await outliving();
    w.http.answers(refused);
    expect(await renewed(auth)).toMatchObject({ state: 'needs_reconnect', cause: 'revoked' });
  });

  it('hides no later one', async () => {
    const auth = await outliving();
    await until(auth, start + 89 * day + hour);
    const later = events('auth.expiring').filter(({ data }) => data['reason'] === 'consent');
    expect(later.map(({ data }) => Number(data['leadSeconds']) / 86_400)).toEqual([14, 7, 3, 1]);
    expect(events('auth.expired')).toHaveLength(1);
    w.http.answers(refused);
    await until(auth, start + 91 * day);
    expect(await authNow(w, auth.id)).toMatchObject({ cause: 'consent_limit' });
    expect(events('auth.expired').map(({ data }) => data['reason'])).toEqual(['demo', 'consent']);
  });
});

describe('an end that the provider counts down', () => {
  it('is found out by the first renewal, and each lead time is told once', async () => {
    const end = start + 30 * day;
    w.http.answers(() =>
      countingTokens({ refresh_token_expires_in: Math.floor((end - w.clock.now()) / 1000) })(),
    );
    const auth = await made();
    expect(auth.prediction).toMatchObject({ end, reason: 'announced', moves: true });
    await until(auth, start + day + 2 * hour);
    expect((await authNow(w, auth.id)).prediction).not.toHaveProperty('moves');
    await until(auth, end - hour);
    expect(leadsTold()).toEqual([14, 7, 3, 1]);
    w.http.answers(refused);
    await until(auth, end + day);
    expect(await authNow(w, auth.id)).toMatchObject({ state: 'needs_reconnect', cause: 'absolute_limit' });
    expect(events('auth.expired')).toHaveLength(1);
  });
});

describe('an access token that nothing renews', () => {
  it('is told of as the end of its auth, in proportion to its life', async () => {
    w.http.answers(() => jsonAnswer(200, { access_token: 'only', expires_in: seconds(7) }));
    const auth = await made();
    expect(auth.prediction).toMatchObject({ end: start + 7 * day, reason: 'announced' });
    await until(auth, start + 8 * day);
    expect(events('auth.expiring').map(({ data }) => Number(data['leadSeconds']) / 3600)).toEqual([
      72, 24, 4,
    ]);
    expect(events('auth.expired')).toHaveLength(1);
    expect(await authNow(w, auth.id)).toMatchObject({ cause: 'absolute_limit' });
  });
});

describe('the use of an auth', () => {
  it('moves the idle end of a credential that nothing renews', async () => {
    const service = await tokenService(w, { lifetime: { idleSeconds: seconds(30) } });
    const { id } = await keyedAuth(w, service);
    await w.clock.advance(20 * day);
    const auth = await authNow(w, id);
    await noteUse(w.deps, auth, await currentService(w.deps, auth));
    expect((await authNow(w, id)).prediction).toMatchObject({ end: start + 50 * day, reason: 'idle' });
  });
});

describe('the cause of a refusal (R42)', () => {
  it.each([
    ['consent_limit', { lifetime: { consentSeconds: seconds(30) } }, 28],
    ['absolute_limit', { lifetime: { absoluteSeconds: seconds(30) } }, 28],
    ['revoked', { lifetime: { absoluteSeconds: seconds(30), consentSeconds: seconds(40) } }, 26],
  ])('is %s with %j after some days', async (cause, parts, days) => {
    const auth = await made(parts);
    await w.clock.advance(days * day);
    w.http.answers(refused);
    expect(await renewed(auth)).toMatchObject({ state: 'needs_reconnect', cause });
    const [told] = events('auth.needs_reconnect');
    expect(told?.data).toMatchObject({ cause, advice: expect.stringContaining('connect again'), link: null });
  });

  it('is the idle limit where nobody has renewed for so long', async () => {
    const auth = await made({ lifetime: { idleSeconds: seconds(30) } });
    await w.clock.advance(31 * day);
    w.http.answers(refused);
    expect((await renewed(auth)).cause).toBe('idle_limit');
  });

  it('is the outage where the provider did not answer until the clock had run', async () => {
    const auth = await made({ lifetime: { idleSeconds: seconds(5) } });
    w.http.answers(() => answer(503));
    await failingUntil(auth, start + 7 * day);
    w.http.answers(refused);
    expect((await renewed(auth)).cause).toBe('provider_outage');
  });

  it('is the client secret where the application was refused until then; before, no auth ends by that', async () => {
    const over = await umbrella(w, {
      consoleUrl: 'https://console.acme.example',
      verification: { status: 'verified' },
    });
    const auth = await made({ umbrellaId: over.id, lifetime: { idleSeconds: seconds(5) } });
    w.http.answers(() => jsonAnswer(401, { error: 'invalid_client' }));
    await failingUntil(auth, start + 7 * day);
    expect(events('auth.needs_reconnect')).toEqual([]);
    expect(events('auth.expired')).toHaveLength(1);
    w.http.answers(refused);
    expect((await renewed(auth)).cause).toBe('client_secret');
    expect(events('auth.needs_reconnect')[0]?.data).toMatchObject({
      link: 'https://console.acme.example',
      advice: expect.stringContaining('client secret'),
    });
  });

  it('is not the age at which others ended, where the auth has outlived that', async () => {
    const auth = await made();
    await learn(auth, 10);
    await w.clock.advance(9.5 * day);
    w.http.answers(refused);
    expect((await renewed(auth)).cause).toBe('consent_limit');
    w.http.answers(countingTokens());
    const older = await connectedAuth(w, (await serviceOf(auth))!);
    await w.clock.advance(20 * day);
    w.http.answers(refused);
    expect((await renewed(older)).cause).toBe('revoked');
  });
});

const serviceOf = ({ serviceId = '' }: Auth) =>
  w.deps.store.get(services, serviceKey(w.organizationId, serviceId));

const learn = async (auth: Auth, days: number) => {
  const suspectedLifetimes = { production: { seconds: seconds(days), since: w.clock.now(), ends: 5 } };
  await w.deps.store.replace(services, { ...(await serviceOf(auth))!, suspectedLifetimes });
};

describe('an age at which other auths ended', () => {
  it('is the end of the auths made and renewed since, marked as learned, until they outlive it', async () => {
    const auth = await made();
    await learn(auth, 10);
    const later = await connectedAuth(w, (await serviceOf(auth)) as Service);
    expect(showAuth(later, null)).toMatchObject({
      predictedEnd: new Date(start + 10 * day).toISOString(),
      predictedEndReason: 'learned',
      predictionConfidence: 'learned',
    });
    expect((await renewed(auth)).prediction?.reason).toBe('learned');
    await until(auth, start + 11 * day);
    expect(events('auth.expired')).toHaveLength(1);
    expect(await authNow(w, auth.id)).toMatchObject({ state: 'active' });
    expect((await authNow(w, auth.id)).prediction).toBeUndefined();
  });
});

describe('the test status of a provider that is known', () => {
  const google = { lifetimeProfile: 'google', auth: { scopes: ['email', 'drive'] } };

  const record = async (umbrellaId: string, input: unknown) => {
    const parsed = VerificationInput.parse(input);
    await setVerification(w.deps, { by: actor(w), umbrellaId, input: parsed, ifMatch: undefined });
    await applyVerification(w.deps, { organizationId: w.organizationId, umbrellaId });
  };

  it('ends auths after the life of its profile where the umbrella says none', async () => {
    const { id: umbrellaId } = await umbrella(w, { verification: { status: 'demo' } });
    const auth = await made({ ...google, umbrellaId });
    expect(showAuth(auth, null)).toMatchObject({
      atRisk: true,
      predictedEnd: new Date(start + 7 * day).toISOString(),
      predictedEndReason: 'demo',
      predictionConfidence: 'provider',
    });
  });

  it('ends none that was granted only the scopes of the exception, and flags none', async () => {
    const { id: umbrellaId } = await umbrella(w, { verification: { status: 'demo' } });
    const auth = await made({ ...google, umbrellaId, auth: { scopes: ['email', 'profile'] } });
    expect(auth.atRisk).toBeUndefined();
    expect(auth.prediction).toMatchObject({ reason: 'idle' });
    expect(events('auth.at_risk')).toEqual([]);
  });

  it('goes by what was granted, not by what was asked for', async () => {
    w.http.answers(countingTokens({ scope: 'email' }));
    const { id: umbrellaId } = await umbrella(w, { verification: { status: 'demo' } });
    expect((await made({ ...google, umbrellaId })).atRisk).toBeUndefined();
  });

  it('makes the exception that the umbrella says, before that of the profile', async () => {
    const { id: umbrellaId } = await umbrella(w, {
      verification: { status: 'demo', exceptScopes: ['email', 'drive'] },
    });
    expect((await made({ ...google, umbrellaId })).atRisk).toBeUndefined();
    const other = await made({ ...google, umbrellaId, auth: { scopes: ['profile'] } });
    expect(other.prediction?.reason).toBe('demo');
  });

  it('that turns verified leaves the end of auths already made, also when they are renewed (R45)', async () => {
    const { id: umbrellaId } = await umbrella(w, { verification: { status: 'demo' } });
    const auth = await made({ ...google, umbrellaId });
    await record(umbrellaId, { status: 'verified' });
    await w.clock.advance(day);
    expect(await renewed(auth)).toMatchObject({
      atRisk: { status: 'demo' },
      prediction: { end: start + 7 * day, reason: 'demo' },
    });
    const fresh = await connectedAuth(w, (await serviceOf(auth)) as Service);
    expect([fresh.atRisk, fresh.prediction?.reason]).toEqual([undefined, 'idle']);
  });

  it('of which an exception is recorded later lets go of the auths that it concerns', async () => {
    const { id: umbrellaId } = await umbrella(w, { verification: { status: 'demo' } });
    const auth = await made({ ...google, umbrellaId });
    await record(umbrellaId, { status: 'demo', exceptScopes: ['email', 'drive'] });
    const now = await authNow(w, auth.id);
    expect([now.atRisk, now.demo, now.prediction?.reason]).toEqual([undefined, undefined, 'idle']);
  });
});

describe('the lifetime of a service', () => {
  it('is that of the environment of the auth', async () => {
    const sandbox = { lifetime: { consentSeconds: seconds(3) }, auth: { clientId: 'b', clientSecret: 'b' } };
    const { id: serviceId } = await oauth2Service(w, {
      lifetime: { consentSeconds: seconds(300) },
      environments: { sandbox },
    });
    const credential = { accessToken: 'a', refreshToken: 'r' };
    const live = await makeAuth(w, { serviceId, credential });
    const tried = await makeAuth(w, { serviceId, credential, environment: 'sandbox' });
    expect(live.prediction?.end).toBe(start + 300 * day);
    expect(tried.prediction?.end).toBe(start + 3 * day);
  });

  it('is taken up at the next renewal when it is edited', async () => {
    const auth = await made({ lifetime: { consentSeconds: seconds(300) } });
    const service = (await serviceOf(auth))!;
    const definition = { ...service.definition, lifetime: { consentSeconds: seconds(20) } };
    await w.deps.store.replace(services, { ...service, definition });
    await w.clock.advance(8 * day);
    expect((await renewed(auth)).prediction?.end).toBe(start + 20 * day);
    await tellEnding(w.deps, ref(auth.id));
    expect(leadsTold()).toEqual([14]);
    await renewed(auth);
    await tellEnding(w.deps, ref(auth.id));
    expect(leadsTold()).toEqual([14]);
  });

  it.each([
    ['a profile that there is none of', { lifetimeProfile: 'acme' }, 'lifetimeProfile'],
    [
      'one in an environment',
      { environments: { sandbox: { lifetimeProfile: 'acme' } } },
      'environments.sandbox.lifetimeProfile',
    ],
  ])('is warned of with %s, the field named', async (_, parts, path) => {
    expect(showService(await oauth2Service(w, parts))['warnings']).toEqual([
      expect.objectContaining({ code: 'unknown_lifetime_profile', path }),
    ]);
  });
});
