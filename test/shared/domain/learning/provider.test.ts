import { beforeEach, describe, expect, it } from '@jest/globals';
import { refreshNow } from '#shared/domain/auths/refresh-now.ts';
import { refreshDueAuths } from '#shared/domain/auths/refresh-due.ts';
import { removeAuth } from '#shared/domain/auths/remove.ts';
import { causes, type Auth } from '#shared/domain/auths/auth.ts';
import { endedLife } from '#shared/domain/learning/life.ts';
import { learnLifetime } from '#shared/domain/learning/learn.ts';
import type { Service } from '#shared/domain/services/service.ts';
import type { OutgoingRequest } from '#shared/ports.ts';
import { day, hour, told, world, type World } from '../../../support/deps.ts';
import {
  authNow,
  connectedAuth,
  makeAuth,
  oauth2Service,
  tokenUrl,
  umbrella,
} from '../../../support/nouns.ts';
import { edited } from '../../../support/types.ts';
import { answer, jsonAnswer } from '../../../support/watched.ts';
import { endsOf, serviceNow } from './told.ts';

let w: World;
let learned: number;
/** How long the provider lets a grant live, in milliseconds. */
let lifetime: number;
/** The end of each refresh token as the provider tells it, in seconds after its issue; each renewal moves it. */
let announced: number | undefined;

/** A provider that ends a grant, without a word, a time after the consent; its tokens last for six hours. */
const provider = () => {
  const born = new Map<string, number>();
  let count = 0;
  return ({ url, body }: OutgoingRequest) => {
    if (url !== tokenUrl) return answer(204);
    const spent = new URLSearchParams(body as string).get('refresh_token');
    const since = spent === null ? w.clock.now() : (born.get(spent) ?? w.clock.now());
    if (spent !== null && w.clock.now() - since >= lifetime)
      return jsonAnswer(400, { error: 'invalid_grant' });
    const refreshToken = `refresh-${(count += 1)}`;
    born.set(refreshToken, since);
    return jsonAnswer(200, {
      access_token: `access-${count}`,
      refresh_token: refreshToken,
      token_type: 'Bearer',
      expires_in: 21_600,
      refresh_token_expires_in: announced,
    });
  };
};

beforeEach(async () => {
  w = await world();
  learned = 0;
  lifetime = 7 * day;
  announced = undefined;
  w.http.answers(provider());
});

/** Gives the reaction what it takes, twice. */
const learn = async () => {
  for (; learned < w.bus.events.length; learned += 1) {
    const event = w.bus.events[learned]!;
    if (!['auth.needs_reconnect', 'auth.outlived'].includes(event.type)) continue;
    await learnLifetime(w.deps, event);
    await learnLifetime(w.deps, event);
  }
};

/** Lets days pass in which all that is due is renewed, within the hour. */
const live = async (auths: readonly Auth[], milliseconds: number) => {
  for (let passed = 0; passed < milliseconds; passed += hour) {
    await w.clock.advance(hour);
    for (const { id, serviceId } of auths) {
      const { refreshAt = Infinity, state } = await authNow(w, id);
      if (state === 'deleting' || refreshAt > w.clock.now()) continue;
      await refreshDueAuths(w.deps, w.organizationId, { authIds: [id], serviceId });
    }
    await learn();
  }
};

const connect = async (service: Service, count: number): Promise<readonly Auth[]> => {
  const auths: Auth[] = [];
  for (let index = 0; index < count; index += 1) {
    auths.push(await connectedAuth(w, service));
    await live(auths, 5 * hour);
  }
  return auths;
};

const mark = async (service: Service) => (await serviceNow(w, service)).suspectedLifetimes?.['production'];
const lifeIn = (auth: Auth) =>
  w.bus.events.find(({ type, data }) => type === 'auth.needs_reconnect' && data['authId'] === auth.id)?.data[
    'life'
  ];

describe('a provider that ends auths after seven days', () => {
  it('is found out by the fifth auth, though nobody has said so and nobody uses them', async () => {
    const service = await oauth2Service(w);
    const auths = await connect(service, 5);
    await live(auths, 8 * day);
    const found = await mark(service);
    expect(found?.ends).toBe(5);
    expect(found!.seconds / 86_400).toBeGreaterThanOrEqual(7);
    expect(found!.seconds / 86_400).toBeLessThan(7.5);
    expect(told(w, 'service.lifetime_')).toEqual(['service.lifetime_suspected']);
    expect(lifeIn(auths[0]!)).toMatchObject({
      environment: 'production',
      epoch: 1,
      consentedAt: new Date(auths[0]!.consentedAt).toISOString(),
    });
  });

  it('is found out though it announces an end of each refresh token, which renewals move', async () => {
    announced = 130_000;
    const service = await oauth2Service(w);
    await live(await connect(service, 5), 8 * day);
    expect(await mark(service)).toMatchObject({ ends: 5 });
  });

  it('teaches nothing that the test status explains, though a nearer end that renewals move was foreseen', async () => {
    announced = 130_000;
    const { id: umbrellaId } = await umbrella(w, {
      verification: { status: 'demo', authLifetimeSeconds: (7 * day) / 1000 },
    });
    const [auth] = await connect(await oauth2Service(w, { umbrellaId }), 1);
    await live([auth!], 8 * day);
    expect(await authNow(w, auth!.id)).toMatchObject({ cause: 'provider_test_status' });
    expect(lifeIn(auth!)).toBeUndefined();
  });

  it('is believed again to let auths live when it does: the next three to pass that age say so, each once', async () => {
    const service = await oauth2Service(w);
    const first = await connect(service, 5);
    await live(first, 8 * day);
    const { seconds } = (await mark(service))!;
    lifetime = Infinity;
    const next = await connect(service, 3);
    await live(next, Math.floor(seconds * 1.09) * 1000 - 15 * hour);
    expect(told(w, 'auth.outlived')).toEqual([]);
    await live(next, 2 * day);
    expect(told(w, 'auth.outlived')).toEqual(['auth.outlived', 'auth.outlived', 'auth.outlived']);
    expect(await mark(service)).toBeUndefined();
    expect(told(w, 'service.lifetime_')).toEqual([
      'service.lifetime_suspected',
      'service.lifetime_withdrawn',
    ]);
    await live(next, 3 * day);
    expect(told(w, 'auth.outlived')).toHaveLength(3);
  });

  it('hears of an auth that lives on once for each consent, however often it is renewed', async () => {
    const service = await oauth2Service(w);
    await live(await connect(service, 5), 8 * day);
    lifetime = Infinity;
    const [auth] = await connect(service, 1);
    await live([auth!], 12 * day);
    expect(told(w, 'auth.outlived')).toHaveLength(1);
    await connectedAuth(w, service, { authId: auth!.id });
    await live([auth!], 7 * day);
    expect(told(w, 'auth.outlived')).toHaveLength(1);
    await live([auth!], 5 * day);
    expect(told(w, 'auth.outlived')).toHaveLength(2);
    // The same auth twice is one.
    expect(await mark(service)).toMatchObject({ ends: 5 });
  });

  it('teaches nothing where the umbrella says how long such auths live: its clock has told their end', async () => {
    const demo = await umbrella(w, { verification: { status: 'demo', authLifetimeSeconds: 604_800 } });
    const service = await oauth2Service(w, { umbrellaId: demo.id });
    const auths = await connect(service, 6);
    await live(auths, 9 * day);
    for (const { id } of auths)
      expect(await authNow(w, id)).toMatchObject({ state: 'needs_reconnect', cause: 'provider_test_status' });
    expect(auths.map(lifeIn)).toEqual(auths.map(() => undefined));
    expect(await mark(service)).toBeUndefined();
  });

  it('teaches where the umbrella is wrong', async () => {
    const demo = await umbrella(w, { verification: { status: 'demo', authLifetimeSeconds: 3 * 86_400 } });
    const service = await oauth2Service(w, { umbrellaId: demo.id });
    const auths = await connect(service, 5);
    await live(auths, 8 * day);
    expect(await mark(service)).toMatchObject({ ends: 5 });
  });
});

describe('an end that is not the age of a grant', () => {
  it('is one by an edit of the service, or a deletion', async () => {
    const service = await oauth2Service(w);
    const [kept, gone] = await connect(service, 2);
    await removeAuth(w.deps, {
      organizationId: w.organizationId,
      workspaceId: w.workspaceId,
      authId: gone!.id,
      ifMatch: undefined,
    });
    await edited(w, service, {
      ...service.definition,
      auth: { ...service.definition.auth, clientId: 'another' },
    });
    await live([kept!], day);
    expect((await authNow(w, kept!.id)).cause).toBe('service_changed');
    expect(lifeIn(kept!)).toBeUndefined();
    expect(w.store.keys().filter((key) => key.includes('ENDS#'))).toEqual([]);
  });

  it('is one of tokens from elsewhere: nobody knows when the person consented', async () => {
    const service = await oauth2Service(w);
    const tokens = { accessToken: 'from-elsewhere', refreshToken: 'from-elsewhere', expiresAt: undefined };
    const credential = { ...tokens, expiresAt: new Date(w.clock.now() + hour).toISOString() };
    const auth = await makeAuth(w, { serviceId: service.id, credential });
    await live([auth], 9 * day);
    expect(await authNow(w, auth.id)).toMatchObject({ state: 'needs_reconnect', cause: 'revoked' });
    expect(lifeIn(auth)).toBeUndefined();
  });

  it('is one that comes at once: what ends within a minute was never sound', async () => {
    lifetime = 0;
    const service = await oauth2Service(w);
    const [first, second] = [await connectedAuth(w, service), await connectedAuth(w, service)];
    const where = { organizationId: w.organizationId, workspaceId: w.workspaceId };
    const refused = (authId: string) =>
      expect(refreshNow(w.deps, { ...where, authId })).rejects.toMatchObject({ code: 'needs_reconnect' });
    await w.clock.advance(59_000);
    await refused(first.id);
    await w.clock.advance(1_000);
    await refused(second.id);
    await learn();
    expect([lifeIn(first), lifeIn(second)]).toMatchObject([undefined, { seconds: 60 }]);
    expect((await endsOf(w, service))?.ends).toHaveLength(1);
  });

  it('is one by any cause but a refusal of which nothing else is known', async () => {
    const auth = await connectedAuth(w, await oauth2Service(w));
    const at = auth.consentedAt + 7 * day;
    const telling = causes.filter((cause) => endedLife(auth, cause, at).life !== undefined);
    expect(telling.toSorted()).toEqual([
      'absolute_limit',
      'consent_limit',
      'provider_test_status',
      'revoked',
      'unknown',
    ]);
  });

  it('is one that another clock has told within 10 %, but not one that the learned clock has', async () => {
    const auth = await connectedAuth(w, await oauth2Service(w));
    const at = auth.consentedAt + 7 * day;
    const of = (reason: 'demo' | 'learned' | 'consent', days: number) =>
      endedLife({ ...auth, prediction: { reason, end: auth.consentedAt + days * day } }, 'revoked', at).life;
    expect([of('demo', 7), of('consent', 7.5), of('demo', 6.5)]).toEqual([undefined, undefined, undefined]);
    for (const life of [of('learned', 7), of('demo', 8), of('consent', 6)])
      expect(life).toMatchObject({ seconds: 604_800, epoch: 1 });
  });
});
