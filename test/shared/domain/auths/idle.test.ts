import { beforeEach, describe, expect, it } from '@jest/globals';
import { amendAuth } from '#shared/domain/auths/amend.ts';
import { type Auth } from '#shared/domain/auths/auth.ts';
import { showAuth } from '#shared/domain/auths/view.ts';
import { refreshDueAuths } from '#shared/domain/auths/refresh-due.ts';
import { proxyCall } from '#shared/domain/proxy/call.ts';
import { HttpFailure, type Deps, type Store } from '#shared/ports.ts';
import { day, hour, minute, otherProcess, start, told, world, type World } from '../../../support/deps.ts';
import {
  actor,
  authNow,
  connectedAuth,
  countingTokens,
  keyedAuth,
  makeAuth,
  oauth2Service,
  tokenService,
  tokenUrl,
} from '../../../support/nouns.ts';
import {
  clientDocument,
  loginDocument,
  loginUrl,
  passwordDocument,
  serviceOf,
} from '../../../support/types.ts';
import { answer, jsonAnswer } from '../../../support/watched.ts';

let w: World;
let auth: Auth;

/** Tokens of six hours: a week of them is not many. */
const serves = (tokens = countingTokens({ expires_in: 21_600 })) =>
  w.http.answers(({ url }) => ([tokenUrl, loginUrl].includes(url) ? tokens() : answer(200, 'hello')));

beforeEach(async () => {
  w = await world();
  serves();
  auth = await connectedAuth(w, await oauth2Service(w));
});

const now = (id = auth.id) => authNow(w, id);
const renewals = (from = start) =>
  w.bus.events.filter(({ type, time }) => type === 'auth.refreshed' && Date.parse(time) > from).length;
const call = (deps: Deps = w.deps, authId = auth.id) =>
  proxyCall(deps, {
    actor: actor(w),
    authId,
    method: 'GET',
    path: '/me',
    query: '',
    headers: [],
    body: undefined,
  });

/** Lets the schedule renew an auth whenever it is due, until a moment. */
const until = async (end: number, id = auth.id) => {
  for (let { refreshAt = Infinity } = await now(id); refreshAt <= end;) {
    await w.clock.advance(Math.max(refreshAt - w.clock.now(), 0));
    await refreshDueAuths(w.deps, w.organizationId, { authIds: [id] });
    ({ refreshAt = Infinity } = await now(id));
  }
  await w.clock.advance(Math.max(end - w.clock.now(), 0));
};

/** A process whose store counts and can fail. */
const watched = (change: Partial<Store> = {}) => {
  const counts = { reads: 0, writes: 0 };
  const { store } = w.deps;
  /** Of what is noted of the auth itself; the count by the hour is the matter of count-use.test.ts. */
  const note = (what: keyof typeof counts, { name }: { readonly name: string }) => {
    if (name !== 'history_entry') counts[what] += 1;
  };
  const counting: Store = {
    ...store,
    get: (...of) => (note('reads', of[0]), (change.get ?? store.get)(...of)),
    replace: (...of) => (note('writes', of[0]), (change.replace ?? store.replace)(...of)),
    insert: (...of) => (note('writes', of[0]), store.insert(...of)),
  };
  return { counts, deps: otherProcess(w.deps, { store: counting }) };
};

describe('an auth that nobody uses', () => {
  it('is kept ahead of its end for three days, then renewed once a day', async () => {
    await until(start + 3 * day);
    expect(renewals()).toBe(12);
    await until(start + 13 * day);
    const idle = renewals(start + 3 * day + 6 * hour);
    expect([9, 10]).toContain(idle);
    expect(await now()).toMatchObject({ state: 'active' });
    expect(told(w, 'auth.refresh_failed')).toEqual([]);
  });

  it('waits a day after the renewal before, and up to an hour more, as its id says', async () => {
    await until(start + 5 * day);
    const { refreshAt = 0, credential } = await now();
    expect(refreshAt - credential.obtainedAt).toBeGreaterThanOrEqual(day);
    expect(refreshAt - credential.obtainedAt).toBeLessThanOrEqual(day + hour);
  });

  it('is renewed by the next call, and is ahead of its end from then on', async () => {
    await until(start + 5 * day);
    const { credential } = await now();
    expect(credential.accessExpiresAt).toBeLessThan(w.clock.now());
    expect((await call()).status).toBe(200);
    const { refreshAt = 0, usedAt, credential: renewed, state } = await now();
    expect([state, usedAt]).toEqual(['active', w.clock.now()]);
    expect(renewed.obtainedAt).toBe(w.clock.now());
    expect(refreshAt).toBeLessThan(renewed.accessExpiresAt ?? 0);
    await until(w.clock.now() + 2 * day);
    expect(renewals(start + 5 * day)).toBeGreaterThan(6);
  });

  it('is ahead of its end again also when the call found its token still good', async () => {
    serves(countingTokens({ expires_in: 43_200 }));
    await until(start + 5 * day);
    const { refreshAt = 0 } = await now();
    await until(refreshAt);
    await w.clock.advance(hour);
    const before = renewals();
    expect((await call()).status).toBe(200);
    expect(renewals()).toBe(before);
    const { refreshAt: next = 0, credential } = await now();
    expect(next).toBeLessThan(credential.accessExpiresAt ?? 0);
  });

  it('that fails is tried as every other is, and a call brings no try forward', async () => {
    await until(start + 5 * day);
    await w.clock.advance(day + 2 * hour);
    w.http.answers(() => jsonAnswer(503, {}));
    await refreshDueAuths(w.deps, w.organizationId, { authIds: [auth.id] });
    const { refreshAt = 0, state } = await now();
    expect([state, refreshAt <= w.clock.now() + hour]).toEqual(['failing', true]);
    await expect(call()).rejects.toMatchObject({ status: 502, code: 'refresh_failed' });
    expect((await now()).refreshAt).toBe(refreshAt);
  });

  it('that fails with a token still good is called with, and its next try stays when the provider said', async () => {
    await w.clock.advance(6 * hour - 15 * minute);
    serves(() => answer(429, '{}', [['retry-after', '1200']]));
    await refreshDueAuths(w.deps, w.organizationId, { authIds: [auth.id] });
    const { refreshAt = 0, usedAt } = await now();
    expect(refreshAt).toBeGreaterThanOrEqual(w.clock.now() + 20 * minute);
    await w.clock.advance(10 * minute);
    expect([(await call()).status, usedAt]).toEqual([200, undefined]);
    expect(await now()).toMatchObject({ refreshAt, usedAt: w.clock.now() });
  });

  it('and whose usual time of renewal is past is due at once when it is called, where the next sweep looks', async () => {
    serves(countingTokens({ expires_in: (25 * hour) / 1000 }));
    await until(start + 5 * day);
    const { credential } = await now();
    await w.clock.advance(credential.accessExpiresAt! - minute - w.clock.now());
    await amendAuth(w.deps, { organizationId: w.organizationId, authId: auth.id }, (current) => ({
      ...current,
      refreshAt: credential.accessExpiresAt,
    }));
    await call();
    expect((await now()).refreshAt).toBe(w.clock.now());
  });

  it('and whose tokens live longer than a day is renewed ahead of their end, as ever', async () => {
    serves(countingTokens({ expires_in: (10 * day) / 1000 }));
    await until(start + 5 * day);
    await until(start + 30 * day);
    const { refreshAt = 0, credential } = await now();
    expect(refreshAt).toBeLessThan(credential.accessExpiresAt ?? 0);
    expect(refreshAt).toBeGreaterThan(credential.obtainedAt + 9 * day);
  });

  it('is renewed before its refresh token ends, where that is sooner than in a day', async () => {
    serves(countingTokens({ expires_in: 3600, refresh_expires_in: (20 * hour) / 1000 }));
    await until(start + 8 * day);
    const { refreshAt = 0, credential, state } = await now();
    expect(state).toBe('active');
    expect(refreshAt).toBeLessThanOrEqual((credential.refreshExpiresAt ?? 0) - 2 * hour);
    expect(refreshAt).toBeGreaterThan((credential.accessExpiresAt ?? 0) + hour);
  });

  it('but was consented to again is not idle', async () => {
    await until(start + 5 * day);
    auth = await connectedAuth(w, await oauth2Service(w));
    expect(auth.refreshAt).toBeLessThan(auth.credential.accessExpiresAt ?? 0);
    await until(w.clock.now() + 2 * day);
    expect(renewals(start + 5 * day)).toBeGreaterThan(6);
  });

  it.each([
    ['client credentials', clientDocument({}, {}), {}],
    ['a password', passwordDocument(), { username: 'u', password: 'p' }],
    ['a login', loginDocument(), { user: 'u', password: 'p' }],
  ])('and asks anew, by %s, does so once a day too', async (_, document, fields) => {
    const { id: serviceId } = await serviceOf(w, document);
    const { id } = await makeAuth(w, { serviceId, fields });
    await until(start + 4 * day, id);
    const from = w.clock.now();
    await until(from + 10 * day, id);
    expect([9, 10]).toContain(renewals(from));
    w.http.answers(() => jsonAnswer(401, { error: 'invalid_grant' }));
    await until(w.clock.now() + 2 * day, id);
    expect((await now(id)).state).not.toBe('active');
  });
});

describe('the use of an auth', () => {
  it('is noted by a call without another read, and shown', async () => {
    expect(showAuth(await now(), null).lastUsedAt).toBeNull();
    const { counts, deps } = watched();
    await call(deps);
    // The auth and its service.
    expect(counts).toEqual({ reads: 2, writes: 1 });
    expect(showAuth(await now(), null).lastUsedAt).toBe('2026-03-02T09:00:00.000Z');
  });

  it('is noted once in six hours: calls in between write nothing and read the auth alone, once a second', async () => {
    auth = await keyedAuth(w, await tokenService(w));
    const { counts, deps } = watched();
    await call(deps);
    counts.writes = 0;
    await w.clock.advance(6 * hour - 1000);
    await call(deps);
    counts.reads = 0;
    await call(deps);
    expect(counts).toEqual({ reads: 0, writes: 0 });
    await w.clock.advance(999);
    await call(deps);
    expect(counts).toEqual({ reads: 0, writes: 0 });
    await w.clock.advance(1);
    await call(deps);
    expect(counts.writes).toBe(1);
    expect((await now()).usedAt).toBe(w.clock.now());
  });

  it('is written once for calls that come together', async () => {
    const { counts, deps } = watched();
    await Promise.all(Array.from({ length: 20 }, () => call(deps)));
    expect(counts.writes).toBe(1);
  });

  it.each<[string, Store['replace']]>([
    ['a store that fails', () => Promise.reject(new Error('throttled'))],
    ['another writer who was first', () => Promise.resolve(undefined)],
  ])('keeps no call from its answer because of %s', async (_, replace) => {
    const { deps } = watched({ replace });
    expect((await call(deps)).status).toBe(200);
    expect((await now()).usedAt).toBeUndefined();
    expect((await call()).status).toBe(200);
    expect((await now()).usedAt).toBe(w.clock.now());
  });

  it('is noted also when the service does not answer: somebody wanted it', async () => {
    w.http.answers(() => Promise.reject(new HttpFailure('timeout', true)));
    await expect(call()).rejects.toMatchObject({ status: 504 });
    expect((await now()).usedAt).toBe(w.clock.now());
  });

  it('changes nothing else of the auth, and tells nobody', async () => {
    await w.clock.advance(minute);
    const before = w.bus.events.length;
    await call();
    expect(await now()).toEqual({ ...auth, usedAt: w.clock.now(), revision: auth.revision + 1 });
    expect(w.bus.events).toHaveLength(before);
  });

  it('does not bring the next try after a failure forward: the provider has asked to wait', async () => {
    const { refreshAt: due = 0 } = await now();
    await w.clock.advance(due - w.clock.now());
    w.http.answers(({ url }) =>
      url === tokenUrl ? answer(429, '', [['retry-after', '7200']]) : answer(200),
    );
    await refreshDueAuths(w.deps, w.organizationId, { authIds: [auth.id] });
    const { refreshAt } = await now();
    expect(refreshAt).toBeGreaterThanOrEqual(due + 2 * hour);
    await call();
    expect(await now()).toMatchObject({ usedAt: due, refreshAt });
  });
});
