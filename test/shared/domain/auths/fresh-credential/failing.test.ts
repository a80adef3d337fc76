import { beforeEach, describe, expect, it } from '@jest/globals';
import { freshCredential } from '#shared/domain/auths/fresh-credential.ts';
import { refreshNow } from '#shared/domain/auths/refresh-now.ts';
import { breakers } from '#shared/domain/breaker/breaker.ts';
import { inUse } from '#shared/domain/services/current.ts';
import { tellClientRejected } from '#shared/domain/services/client-rejected.ts';
import { serviceKey, services } from '#shared/domain/services/service.ts';
import { EgressRefused, HttpFailure } from '#shared/ports.ts';
import { hour, minute, otherProcess, passing, start, told, turns } from '../../../../support/deps.ts';
import {
  authNow,
  connectedAuth,
  keyedAuth,
  oauth2Document,
  tokenService,
} from '../../../../support/nouns.ts';
import { edited } from '../../../../support/types.ts';
import { answer } from '../../../../support/watched.ts';
import {
  bringOn,
  accessToken,
  auth,
  calls,
  heard,
  held,
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

describe('while renewing fails', () => {
  const rejectClient = async () => {
    const current = await w.deps.store.get(services, serviceKey(w.organizationId, service.id));
    await tellClientRejected(w.deps, inUse(current!, 'production'), { code: 'invalid_client' });
  };

  it('a token that is still valid is used', async () => {
    w.http.answers(() => answer(503));
    await leave(20_000);
    await expect(freshCredential(w.deps, ref)).resolves.toMatchObject({
      state: 'failing',
      credential: { version: auth.credential.version },
    });
    expect(heard('auth.refresh_failed')).toHaveLength(1);
  });

  it('the provider is not called before its time, however often callers ask', async () => {
    w.http.answers(() => answer(503));
    await leave(0);
    for (let count = 0; count < 5; count += 1)
      await expect(freshCredential(w.deps, ref)).rejects.toMatchObject({ code: 'refresh_failed' });
    expect(calls()).toBe(1);
    await w.clock.advance(59_000);
    await expect(freshCredential(w.deps, ref)).rejects.toMatchObject({ code: 'refresh_failed' });
    expect(calls()).toBe(1);
    await w.clock.advance(2 * minute);
    await expect(freshCredential(w.deps, ref)).rejects.toMatchObject({ code: 'refresh_failed' });
    expect(calls()).toBe(2);
  });

  it.each([
    ['600', 10 * minute],
    [new Date(start + 2 * hour).toUTCString(), hour],
  ])('Retry-After %s is a floor', async (value, wait) => {
    w.http.answers(() => answer(429, '', [['Retry-After', value]]));
    await leave(0);
    await expect(freshCredential(w.deps, ref)).rejects.toMatchObject({ status: 502 });
    expect((await now()).refreshAt).toBeGreaterThanOrEqual(w.clock.now() + wait);
  });

  it('one event tells of it, and one of its end', async () => {
    w.http.answers(() => answer(500));
    await leave(0);
    for (let count = 0; count < 6; count += 1) {
      await freshCredential(w.deps, ref, { ahead: true }).catch(() => undefined);
      await w.clock.advance(hour + 1);
    }
    // At the fifth the breaker opened: from then on it is the provider that fails.
    expect((await now()).failure?.count).toBe(4);
    expect(heard('auth.refresh_failed')).toHaveLength(1);
    w.http.answers(() => tokens('again'));
    await freshCredential(w.deps, ref);
    expect(await now()).toMatchObject({ state: 'active' });
    expect((await now()).failure).toBeUndefined();
    expect(heard('auth.recovered')).toHaveLength(1);
  });

  it('an event that the bus did not take is told together with the renewal, nothing lost and all in order', async () => {
    let up = false;
    const deps = otherProcess(w.deps, {
      bus: { publish: (events) => (up ? w.deps.bus.publish(events) : Promise.reject(new Error('down'))) },
    });
    await leave(20_000);
    w.http.answers(() => answer(503));
    await freshCredential(deps, ref);
    expect(heard('auth.refresh_failed')).toEqual([]);
    w.http.answers(() => {
      up = true;
      return tokens('again');
    });
    await w.clock.advance(3 * minute);
    await freshCredential(deps, ref);
    expect(heard().slice(-3)).toEqual(['auth.refresh_failed', 'auth.refreshed', 'auth.recovered']);
  });

  it.each([
    ['a refused address', () => Promise.reject(new EgressRefused('no'))],
    ['a name that is not found', () => Promise.reject(new HttpFailure('dns', false))],
    ['a page of HTML', () => Promise.resolve(answer(200, '<html></html>', [['content-type', 'text/html']]))],
    ['an error code named constructor', () => Promise.resolve(refusal('constructor'))],
  ])('%s may pass: the auth is failing, not over', async (_, reply) => {
    w.http.answers(reply);
    await leave(0);
    await expect(passing(w.clock, freshCredential(w.deps, ref), 5000)).rejects.toMatchObject({
      code: 'refresh_failed',
    });
    expect((await now()).state).toBe('failing');
    expect(calls()).toBe(1);
  });

  it('a refused application is told once for the service, and no auth needs a person for it', async () => {
    const first = auth;
    bringOn(await connectedAuth(w, service));
    w.http.answers(() => refusal('invalid_client', 401));
    await leave(0);
    for (let count = 0; count < 3; count += 1) {
      for (const authId of [first.id, auth.id])
        await expect(freshCredential(w.deps, { ...ref, authId })).rejects.toMatchObject({ status: 502 });
      await w.clock.advance(2 * hour);
    }
    expect(told(w, 'service.client_rejected')).toHaveLength(1);
    expect(heard('auth.needs_reconnect')).toEqual([]);
    expect([(await now()).state, (await authNow(w, first.id)).state]).toEqual(['failing', 'failing']);
    w.http.answers(() => tokens('works'));
    await freshCredential(w.deps, ref);
    w.http.answers(() => refusal('invalid_client', 401));
    await leave(0);
    await expect(freshCredential(w.deps, ref)).rejects.toMatchObject({ status: 502 });
    expect(told(w, 'service.client_rejected')).toHaveLength(2);
  });

  it('a vault that holds the credential no more for the moment is no reason to give the auth up', async () => {
    await leave(0);
    const blind = otherProcess(w.deps, { vault: { ...w.deps.vault, get: () => Promise.resolve(undefined) } });
    await expect(freshCredential(blind, ref)).rejects.toMatchObject({ status: 502 });
    expect((await now()).state).toBe('failing');
    await w.clock.advance(3 * minute);
    expect((await freshCredential(w.deps, ref)).state).toBe('active');
  });

  it('a vault that is down before the call costs no refresh token', async () => {
    await leave(0);
    const down = otherProcess(w.deps, {
      vault: { ...w.deps.vault, get: () => Promise.reject(new Error('down')) },
    });
    await expect(freshCredential(down, ref)).rejects.toMatchObject({ status: 502 });
    expect(calls()).toBe(0);
    expect(await now()).toMatchObject({ state: 'failing', failure: { code: 'credential_unreadable' } });
    expect((await now()).attempt).toBeUndefined();
  });

  it('it fails once for calls of several processes whose token was refused, and Retry-After counts for all', async () => {
    await w.clock.advance(10 * minute);
    const slow = held();
    w.http.answers(() => slow.promise);
    const options = { otherThan: auth.credential.version };
    const first = freshCredential(w.deps, ref, options);
    await turns();
    const second = freshCredential(otherProcess(w.deps), ref, options);
    await turns();
    slow.resolve(answer(429, '', [['retry-after', '3600']]));
    const both = await passing(w.clock, Promise.all([first, second]));
    expect(both.map(({ credential }) => credential.version)).toEqual([options.otherThan, options.otherThan]);
    expect(calls()).toBe(1);
  });

  it('a person who asks is not held back by it', async () => {
    w.http.answers(() => answer(429, '', [['retry-after', '3600']]));
    await leave(20_000);
    await freshCredential(w.deps, ref);
    w.http.answers(() => tokens('asked'));
    await refreshNow(w.deps, { ...ref, workspaceId: w.workspaceId });
    expect([calls(), await accessToken()]).toEqual([2, 'access-asked']);
  });

  it('of an auth that has nothing to renew, by a vault that is down, is over when there is a vault again', async () => {
    const keyed = await keyedAuth(w, await tokenService(w));
    const of = { ...ref, authId: keyed.id, workspaceId: w.workspaceId };
    const vault = { ...w.deps.vault, get: () => Promise.reject(new Error('down')) };
    expect(await refreshNow(otherProcess(w.deps, { vault }), of)).toMatchObject({ state: 'failing' });
    await w.clock.advance(hour);
    const sound = await freshCredential(w.deps, of, { ahead: true });
    expect([sound.state, sound.failure, sound.refreshAt]).toEqual(['active', undefined, undefined]);
    expect(heard('auth.re')).toEqual(['auth.refresh_failed', 'auth.recovered']);
  });

  it.each([
    ['refused is not told of what was edited meanwhile', () => refusal('invalid_client', 401), [], false],
    [
      'good says nothing for what was edited meanwhile',
      () => tokens('next'),
      ['service.client_rejected', 'service.client_rejected'],
      true,
    ],
  ])('an application of before that is %s', async (_, old, news, marked) => {
    await leave(0);
    if (marked) await rejectClient();
    const slow = held();
    w.http.answers(() => slow.promise);
    const renewing = refreshNow(w.deps, { ...ref, workspaceId: w.workspaceId }).catch(() => undefined);
    await turns();
    await edited(w, service, oauth2Document({ auth: { clientSecret: 'another' } }));
    if (marked) await rejectClient();
    slow.resolve(old());
    await renewing;
    expect(told(w, 'service.client_rejected')).toEqual(news);
    const current = await w.deps.store.get(services, serviceKey(w.organizationId, service.id));
    expect(current?.clientRejectedAt === undefined).toBe(!marked);
  });

  it('a code in which the provider repeats the token is told nobody', async () => {
    w.http.answers(() => refusal('refresh-1:not-known'));
    await leave(0);
    await expect(freshCredential(w.deps, ref)).rejects.toThrow('unreadable_answer');
    expect((await now()).failure?.code).toBe('unreadable_answer');
    expect(JSON.stringify(w.bus.events)).not.toContain('refresh-1');
  });
});

describe('a breaker that cannot be written', () => {
  it('costs no token that is in hand', async () => {
    await leave(0);
    w.http.answers(() => answer(503));
    await expect(freshCredential(w.deps, ref)).rejects.toMatchObject({ status: 502 });
    await w.clock.advance(3 * minute);
    w.http.answers(() => tokens('next'));
    const broken = otherProcess(w.deps, {
      store: {
        ...w.deps.store,
        replace: (collection, item) =>
          collection.name === breakers.name
            ? Promise.reject(new Error('down'))
            : w.deps.store.replace(collection, item),
      },
    });
    await expect(freshCredential(broken, ref)).resolves.toMatchObject({ state: 'active' });
    expect([calls(), await accessToken()]).toEqual([2, 'access-next']);
  });
});
