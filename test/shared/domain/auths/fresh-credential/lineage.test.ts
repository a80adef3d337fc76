import { beforeEach, describe, expect, it } from '@jest/globals';
import { auths } from '#shared/domain/auths/auth.ts';
import { freshCredential } from '#shared/domain/auths/fresh-credential.ts';
import { completeConnect } from '#shared/domain/connect/complete.ts';
import { HttpFailure } from '#shared/ports.ts';
import { day, hour, minute, otherProcess, start, turns } from '../../../../support/deps.ts';
import {
  callback,
  connectedAuth,
  oauth2Service,
  opened,
  redirectUri,
  umbrella,
} from '../../../../support/nouns.ts';
import { answer, jsonAnswer } from '../../../../support/watched.ts';
import {
  bringOn,
  accessToken,
  auth,
  calls,
  heard,
  held,
  lastForm,
  leave,
  now,
  ref,
  refusal,
  service,
  setStage,
  tokens,
  w,
} from './stage.ts';

beforeEach(setStage);

describe('lineage', () => {
  const lateWinner = async () => {
    await leave(0);
    const slow = held();
    w.http.answers(() => slow.promise);
    const late = freshCredential(w.deps, ref);
    await turns();
    await w.clock.advance(91_000);
    w.http.answers(() => refusal('invalid_grant'));
    await expect(freshCredential(otherProcess(w.deps), ref)).rejects.toMatchObject({ status: 409 });
    return { late, arrive: () => slow.resolve(tokens('late')) };
  };

  it('lets a late winner commit whose lease ran out and whose auth was given up meanwhile, once its token has renewed', async () => {
    const { late, arrive } = await lateWinner();
    w.http.answers(() => tokens('proof'));
    arrive();
    expect((await late).state).toBe('active');
    expect(lastForm()).toMatchObject({ refresh_token: 'refresh-late' });
    expect(await accessToken()).toBe('access-proof');
    expect(heard().slice(-4)).toEqual([
      'auth.needs_reconnect',
      'auth.refreshed',
      'auth.refreshed',
      'auth.recovered',
    ]);
  });

  it('tells of one end once: a late winner whose token is dead as well revives nothing', async () => {
    const { late, arrive } = await lateWinner();
    const before = calls();
    arrive();
    await expect(late).rejects.toMatchObject({ status: 409 });
    expect(calls()).toBe(before + 1);
    expect(await now()).toMatchObject({ state: 'needs_reconnect', cause: 'lost_rotation' });
    expect((await now()).refreshAt).toBeUndefined();
    expect(heard('auth.needs_reconnect')).toHaveLength(1);
    expect(heard('auth.recovered')).toHaveLength(0);
  });

  it('keeps a late winner on trial while the provider is out of order, and calls are refused meanwhile', async () => {
    const { late, arrive } = await lateWinner();
    w.http.answers(() => answer(503));
    arrive();
    await expect(late).rejects.toMatchObject({ status: 409 });
    await expect(freshCredential(w.deps, ref)).rejects.toMatchObject({ status: 409 });
    expect(heard('auth.refresh_failed')).toHaveLength(0);
    w.http.answers(() => tokens('proof'));
    await w.clock.advance(3 * minute);
    expect(await freshCredential(w.deps, ref, { ahead: true })).toMatchObject({ state: 'active' });
    expect(heard('auth.recovered')).toHaveLength(1);
  });

  it('knows a lost answer as the reason when a late winner commits after the same token was sent again in vain', async () => {
    await leave(0);
    const slow = held();
    w.http.answers(() => slow.promise);
    const late = freshCredential(w.deps, ref);
    await turns();
    await w.clock.advance(91_000);
    w.http.answers(() => Promise.reject(new HttpFailure('reset', true)));
    await expect(freshCredential(otherProcess(w.deps), ref)).rejects.toMatchObject({ status: 502 });
    slow.resolve(tokens('late'));
    expect((await late).state).toBe('active');
    // The provider took the second call for a theft.
    w.http.answers(() => refusal('invalid_grant'));
    await w.clock.advance(hour);
    await expect(freshCredential(w.deps, ref)).rejects.toMatchObject({ status: 409 });
    expect((await now()).cause).toBe('lost_rotation');
  });

  it('lets the loser of an overtaken lease change nothing', async () => {
    await leave(0);
    const slow = held();
    w.http.answers(() => slow.promise);
    const late = freshCredential(w.deps, ref);
    await turns();
    await w.clock.advance(91_000);
    w.http.answers(() => tokens('second'));
    await freshCredential(otherProcess(w.deps), ref);
    slow.resolve(refusal('invalid_grant'));
    expect((await late).state).toBe('active');
    expect(await accessToken()).toBe('access-second');
    expect(heard('auth.needs_reconnect')).toEqual([]);
  });

  it('lets a failure that comes late release no lease that another holds by then', async () => {
    await leave(0);
    const [first, second] = [held(), held()];
    w.http.answers(() => first.promise);
    const late = freshCredential(w.deps, ref);
    await turns();
    await w.clock.advance(91_000);
    w.http.answers(() => second.promise);
    const holder = freshCredential(otherProcess(w.deps), ref);
    await turns();
    const { attempt } = await now();
    first.resolve(answer(503));
    await expect(late).rejects.toMatchObject({ status: 503, code: 'refresh_under_way' });
    expect((await now()).attempt).toEqual(attempt);
    second.resolve(tokens('second'));
    await holder;
    expect([calls(), await accessToken()]).toEqual([2, 'access-second']);
  });

  it('lets an answer that comes late replace nothing that another renewal has brought by then', async () => {
    await leave(0);
    const slow = held();
    w.http.answers(() => slow.promise);
    const late = freshCredential(w.deps, ref);
    await turns();
    await w.clock.advance(91_000);
    w.http.answers(() => tokens('second'));
    const second = await freshCredential(otherProcess(w.deps), ref);
    slow.resolve(tokens('late'));
    expect((await late).credential).toEqual(second.credential);
    expect(await accessToken()).toBe('access-second');
  });

  it('brings nothing back that was committed before, where no refresh token rotates (issue 4, seed 3400)', async () => {
    w.http.answers(() => jsonAnswer(200, { access_token: 'next', expires_in: 3600 }));
    await leave(0);
    const { promise: goesOn, resolve: goOn } = Promise.withResolvers<undefined>();
    let kept = false;
    const slow = otherProcess(w.deps, {
      vault: {
        ...w.deps.vault,
        put: async (...version) => {
          await w.deps.vault.put(...version);
          kept = true;
        },
      },
      store: {
        ...w.deps.store,
        // It stands still when it is about to commit what it has kept.
        replace: async (collection, item) => {
          if (kept && collection.name === auths.name) await goesOn;
          return w.deps.store.replace(collection, item);
        },
      },
    });
    const late = freshCredential(slow, ref);
    await turns();
    await w.clock.advance(91_000);
    const found = await freshCredential(otherProcess(w.deps), ref);
    expect(calls()).toBe(1);
    await w.clock.advance(1000);
    const otherThan = found.credential.version;
    const renewed = await freshCredential(otherProcess(w.deps), ref, { otherThan });
    goOn(undefined);
    await late;
    expect((await now()).credential).toEqual(renewed.credential);
  });

  it('never lets a renewal of an older consent overwrite a new one that brought the same refresh token', async () => {
    await leave(0);
    const slow = held();
    w.http.answers(() => slow.promise);
    const late = freshCredential(w.deps, ref);
    await turns();
    w.http.answers(() => tokens('consent', { refresh_token: 'refresh-1' }));
    const { state } = await opened(w, { serviceId: service.id, authId: auth.id });
    await completeConnect(otherProcess(w.deps), { query: callback(state), redirectUri });
    slow.resolve(tokens('old-consent'));
    expect(await late).toMatchObject({ epoch: 2, state: 'active' });
    expect(await accessToken()).toBe('access-consent');
  });

  it.each([
    ['succeeds', () => tokens('old-consent')],
    ['is refused', () => refusal('invalid_grant')],
    ['fails', () => answer(500)],
  ])('never lets a renewal of an older consent overwrite a new one, when it %s', async (_, old) => {
    await leave(0);
    const slow = held();
    w.http.answers(() => slow.promise);
    const late = freshCredential(w.deps, ref);
    await turns();
    w.http.answers(() => tokens('consent'));
    const { state } = await opened(w, { serviceId: service.id, authId: auth.id });
    await completeConnect(otherProcess(w.deps), { query: callback(state), redirectUri });
    slow.resolve(old());
    expect(await late).toMatchObject({ epoch: 2, state: 'active' });
    expect(await accessToken()).toBe('access-consent');
  });

  it('lets an auth that a late winner has brought back be told of at its lead times again (R42)', async () => {
    const { id } = await umbrella(w, {
      verification: { status: 'demo', authLifetimeSeconds: (7 * day) / 1000 },
    });
    const other = await oauth2Service(w, { umbrellaId: id });
    bringOn(await connectedAuth(w, other), other);
    const { late, arrive } = await lateWinner();
    expect((await now()).alertAt).toBeUndefined();
    w.http.answers(() => tokens('proof'));
    arrive();
    expect((await late).state).toBe('active');
    expect((await now()).alertAt).toBe(start + 4 * day);
  });
});
