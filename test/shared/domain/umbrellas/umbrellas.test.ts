import { beforeEach, describe, expect, it } from '@jest/globals';
import { auths } from '#shared/domain/auths/auth.ts';
import { showAuth } from '#shared/domain/auths/view.ts';
import { freshCredential } from '#shared/domain/auths/fresh-credential.ts';
import { tellEnding } from '#shared/domain/auths/tell-ending.ts';
import { completeConnect } from '#shared/domain/connect/complete.ts';
import { applyEdit } from '#shared/domain/services/apply-edit.ts';
import { applyVerification } from '#shared/domain/umbrellas/apply-verification.ts';
import { setVerification } from '#shared/domain/umbrellas/set-verification.ts';
import { VerificationInput, type Umbrella } from '#shared/domain/umbrellas/umbrella.ts';
import { updateUmbrella } from '#shared/domain/umbrellas/update.ts';
import { day, hour, start, told, world, type World } from '../../../support/deps.ts';
import {
  actor,
  authNow,
  callback,
  connectedAuth,
  countingTokens,
  keyedAuth,
  oauth2Service,
  makeAuth,
  oauth2Document,
  opened,
  redirectUri,
  tokenService,
  umbrella,
} from '../../../support/nouns.ts';
import { edited } from '../../../support/types.ts';
import { jsonAnswer } from '../../../support/watched.ts';

const week = 7 * day;
const demo = { status: 'demo' as const, authLifetimeSeconds: week / 1000 };

let w: World;
beforeEach(async () => {
  w = await world();
  w.http.answers(countingTokens());
});

const record = async (of: Umbrella, input: unknown) => {
  await setVerification(w.deps, {
    by: actor(w),
    umbrellaId: of.id,
    input: VerificationInput.parse(input),
    ifMatch: undefined,
  });
  await applyVerification(w.deps, { organizationId: w.organizationId, umbrellaId: of.id });
};

const under = async (verification?: unknown) => {
  const over = await umbrella(w, {
    consoleUrl: 'https://console.acme.example',
    supportUrl: 'https://support.acme.example',
    ...(verification !== undefined && { verification: VerificationInput.parse(verification) }),
  });
  const service = await oauth2Service(w, { umbrellaId: over.id });
  return { over, service, auth: await connectedAuth(w, service) };
};

const ref = (authId: string) => ({ organizationId: w.organizationId, authId });
const events = (type: string) => w.bus.events.filter((event) => event.type === type);

describe('an edit that puts an umbrella on a service', () => {
  const put = async (verification: unknown) => {
    const service = await oauth2Service(w);
    const auth = await connectedAuth(w, service);
    const { id: umbrellaId } = await umbrella(w, { verification: VerificationInput.parse(verification) });
    await w.clock.advance(day);
    await edited(w, service, oauth2Document({ umbrellaId }));
    const edit = { organizationId: w.organizationId, serviceId: service.id };
    await applyEdit(w.deps, edit);
    await applyEdit(w.deps, edit);
    return { auth: await authNow(w, auth.id), umbrellaId };
  };

  it('flags the auths that it has, once, with the end that counts from their consent (R39, R40)', async () => {
    const { auth, umbrellaId } = await put(demo);
    expect(auth).toMatchObject({
      state: 'active',
      atRisk: { umbrellaId, status: 'demo' },
      prediction: { end: start + week, reason: 'demo' },
    });
    expect(events('auth.at_risk').map(({ data }) => data['authId'])).toEqual([auth.id]);
  });

  it('changes nothing on them when it is verified (R45)', async () => {
    const { auth } = await put({ status: 'verified' });
    expect([auth.atRisk, auth.prediction]).toEqual([undefined, undefined]);
    expect(events('auth.at_risk')).toEqual([]);
  });
});

describe('the risk of an auth', () => {
  it.each(['unknown', 'demo', 'in_review', 'rejected'])(
    'is flagged from the moment it is made while the status is %s (R39)',
    async (status) => {
      const { over, auth } = await under({ status });
      expect(auth.atRisk).toEqual({ umbrellaId: over.id, status });
      expect(showAuth(auth, null)).toMatchObject({ atRisk: true, predictedEnd: null, state: 'active' });
      expect(told(w, 'auth.')).toEqual(['auth.connected', 'auth.at_risk']);
    },
  );

  it('is flagged while nobody has said anything of the umbrella (R39)', async () => {
    expect((await under()).auth.atRisk?.status).toBe('unknown');
  });

  it('is none while the umbrella is verified, and none without an umbrella (R45)', async () => {
    expect((await under({ ...demo, status: 'verified' })).auth).not.toHaveProperty('atRisk');
    const plain = await connectedAuth(w, await oauth2Service(w));
    expect([plain.atRisk, plain.prediction]).toEqual([undefined, undefined]);
  });

  it('is flagged for auths of a token service too (R39)', async () => {
    const over = await umbrella(w);
    expect((await keyedAuth(w, await tokenService(w, { umbrellaId: over.id }))).atRisk).toBeDefined();
  });

  it('has an end that counts from the consent; renewing does not help (R43)', async () => {
    const { auth } = await under(demo);
    expect(auth.prediction).toEqual({ end: start + week, reason: 'demo' });
    expect(auth.alertAt).toBe(start + week - 72 * hour);
    await w.clock.advance(day);
    await freshCredential(w.deps, ref(auth.id));
    expect((await authNow(w, auth.id)).prediction?.end).toBe(start + week);
  });

  it('blocks nothing: making, using and renewing go on (R41)', async () => {
    const { auth, service } = await under({ ...demo, status: 'rejected' });
    await w.clock.advance(8 * day);
    expect((await freshCredential(w.deps, ref(auth.id))).state).toBe('active');
    expect((await connectedAuth(w, service)).state).toBe('active');
  });
});

describe('the status of an umbrella', () => {
  it('cascades to the auths of all its services, each told once (R40)', async () => {
    const { over, auth } = await under({ ...demo, status: 'verified' });
    const second = await connectedAuth(w, await oauth2Service(w, { umbrellaId: over.id }));
    const other = await connectedAuth(w, await oauth2Service(w));
    await record(over, demo);
    await applyVerification(w.deps, { organizationId: w.organizationId, umbrellaId: over.id });
    for (const { id } of [auth, second]) {
      expect(await authNow(w, id)).toMatchObject({
        atRisk: { status: 'demo' },
        prediction: { end: start + week },
      });
    }
    expect((await authNow(w, other.id)).atRisk).toBeUndefined();
    expect(events('auth.at_risk')).toHaveLength(2);
    expect(events('umbrella.verification_changed')).toHaveLength(1);
  });

  it('is remembered by auths of before other clocks were known, though another is nearer for a while (R45)', async () => {
    const { over, auth } = await under(demo);
    const { demo: _, ...before } = await authNow(w, auth.id);
    await w.deps.store.replace(auths, before);
    await record(over, { status: 'verified' });
    const renew = async () => {
      const { credential } = await authNow(w, auth.id);
      await freshCredential(w.deps, ref(auth.id), { otherThan: credential.version, insist: true });
    };
    w.http.answers(countingTokens({ refresh_token_expires_in: day / 1000 }));
    await renew();
    expect((await authNow(w, auth.id)).prediction).toMatchObject({ reason: 'announced' });
    await w.clock.advance(6 * day + 12 * hour);
    await renew();
    expect((await authNow(w, auth.id)).prediction).toMatchObject({ end: start + week, reason: 'demo' });
  });

  it('that turns verified clears nothing on auths already made; a new consent does (R45)', async () => {
    const { over, auth, service } = await under(demo);
    await record(over, { status: 'verified' });
    expect(await authNow(w, auth.id)).toMatchObject({
      atRisk: { status: 'demo' },
      prediction: { end: start + week },
    });
    const { state } = await opened(w, { serviceId: service.id, authId: auth.id });
    await completeConnect(w.deps, { query: callback(state), redirectUri });
    const again = await authNow(w, auth.id);
    expect([again.atRisk, again.prediction, again.alertAt, again.epoch]).toEqual([
      undefined,
      undefined,
      undefined,
      2,
    ]);
    expect((await connectedAuth(w, service)).atRisk).toBeUndefined();
  });

  it('that changes among the unverified moves the end with the life that it tells, and keeps it when it tells none (R43)', async () => {
    const { over, auth } = await under(demo);
    await record(over, { status: 'in_review' });
    expect(await authNow(w, auth.id)).toMatchObject({
      atRisk: { status: 'in_review' },
      prediction: { end: start + week },
    });
    await record(over, { status: 'demo', authLifetimeSeconds: (2 * week) / 1000 });
    expect((await authNow(w, auth.id)).prediction?.end).toBe(start + 2 * week);
    expect(events('auth.at_risk')).toHaveLength(1);
  });

  it('is written down with who said so and when, and only over the version that was read (R38)', async () => {
    const { over } = await under();
    await record(over, { status: 'in_review', note: 'sent in', evidenceUrl: 'https://acme.example/ticket' });
    const input = { by: actor(w), umbrellaId: over.id, input: VerificationInput.parse(demo), ifMatch: '"1"' };
    await expect(setVerification(w.deps, input)).rejects.toMatchObject({ status: 412 });
    const now = await setVerification(w.deps, { ...input, ifMatch: '"2"' });
    expect(now.verification).toEqual({ ...demo, by: actor(w).id, at: start });
  });

  it('is not lost when the details are edited (R40)', async () => {
    const { over } = await under(demo);
    const where = { organizationId: w.organizationId, umbrellaId: over.id, input: { userCap: 100 } };
    const edited = await updateUmbrella(w.deps, { ...where, ifMatch: undefined });
    expect(edited).toMatchObject({
      userCap: 100,
      version: 2,
      verification: demo,
      consoleUrl: over.consoleUrl,
    });
    await expect(updateUmbrella(w.deps, { ...where, ifMatch: '"1"' })).rejects.toMatchObject({ status: 412 });
  });
});

describe('telling of an end', () => {
  it('happens at each lead time once, then at the end, with what to do and where (R43, R44)', async () => {
    const { auth } = await under(demo);
    const moments: string[] = [];
    for (let hours = 0; hours <= 7 * 24 + 2; hours += 1) {
      const before = w.bus.events.length;
      await tellEnding(w.deps, ref(auth.id));
      await tellEnding(w.deps, ref(auth.id));
      for (const { type, data } of w.bus.events.slice(before))
        moments.push(`${hours}: ${type} ${JSON.stringify(data['leadSeconds'])}`);
      await w.clock.advance(hour);
    }
    expect(moments).toEqual([
      '96: auth.expiring 259200',
      '144: auth.expiring 86400',
      '164: auth.expiring 14400',
      '168: auth.expired undefined',
    ]);
    expect(events('auth.expiring')[0]?.data).toMatchObject({
      endsAt: new Date(start + week).toISOString(),
      reason: 'demo',
      advice: expect.stringContaining('verif'),
      link: 'https://console.acme.example',
    });
  });

  it('of one environment concerns the auths of that environment alone (R40, R52)', async () => {
    const over = await umbrella(w, { verification: { status: 'verified' } });
    const sandbox = { umbrellaId: over.id, auth: { clientId: 'box', clientSecret: 'box-secret' } };
    const { id: serviceId } = await oauth2Service(w, { environments: { sandbox } });
    const credential = { accessToken: 'at' };
    const live = await makeAuth(w, { serviceId, credential });
    const tried = await makeAuth(w, { serviceId, environment: 'sandbox', credential });
    await record(over, demo);
    expect((await authNow(w, live.id)).atRisk).toBeUndefined();
    expect((await authNow(w, tried.id)).atRisk).toEqual({ umbrellaId: over.id, status: 'demo' });
  });

  it('asks for a renewal at the end, so that a dead grant is known at once; its failure tells no second end (R42, R43)', async () => {
    const { auth } = await under(demo);
    await w.clock.advance(week);
    await tellEnding(w.deps, ref(auth.id));
    expect((await authNow(w, auth.id)).refreshAt).toBe(w.clock.now());
    w.http.answers(() => jsonAnswer(400, { error: 'invalid_grant' }));
    await expect(freshCredential(w.deps, ref(auth.id), { ahead: true })).rejects.toMatchObject({
      status: 409,
    });
    expect(await authNow(w, auth.id)).toMatchObject({
      state: 'needs_reconnect',
      cause: 'provider_test_status',
    });
    expect(events('auth.expired')).toHaveLength(1);
    await tellEnding(w.deps, ref(auth.id));
    expect(events('auth.expired')).toHaveLength(1);
  });

  it('is told at once when it is predicted late: amid the lead times, or when it is past already (R43)', async () => {
    const { over, auth } = await under({ status: 'verified' });
    await w.clock.advance(6 * day + 20 * hour);
    await record(over, demo);
    await tellEnding(w.deps, ref(auth.id));
    expect(events('auth.expiring').map(({ data }) => data['leadSeconds'])).toEqual([(4 * hour) / 1000]);
    await record(over, { ...demo, status: 'in_review' });
    await tellEnding(w.deps, ref(auth.id));
    expect(events('auth.expiring')).toHaveLength(1);
    await record(over, { status: 'demo', authLifetimeSeconds: day / 1000 });
    await tellEnding(w.deps, ref(auth.id));
    expect(events('auth.expired')).toHaveLength(1);
    expect((await authNow(w, auth.id)).state).toBe('active');
  });

  it('says nothing of auths that are gone, have no end, or whose time has not come', async () => {
    const plain = await connectedAuth(w, await oauth2Service(w));
    const { auth } = await under(demo);
    const before = w.bus.events.length;
    for (const id of [plain.id, auth.id, auth.id.replace(/.$/, 'z')]) await tellEnding(w.deps, ref(id));
    expect(w.bus.events).toHaveLength(before);
  });
});
