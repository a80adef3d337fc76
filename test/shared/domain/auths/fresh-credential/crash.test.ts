import { beforeEach, describe, expect, it } from '@jest/globals';
import { auths } from '#shared/domain/auths/auth.ts';
import { freshCredential } from '#shared/domain/auths/fresh-credential.ts';
import { HttpFailure, type IncomingResponse } from '#shared/ports.ts';
import { hour, minute, otherProcess, passing, turns } from '../../../../support/deps.ts';
import { connectedAuth, oauth2Service } from '../../../../support/nouns.ts';
import { answer } from '../../../../support/watched.ts';
import {
  bringOn,
  accessToken,
  calls,
  heard,
  held,
  leave,
  now,
  ref,
  refusal,
  setStage,
  tokens,
  w,
} from './stage.ts';

beforeEach(setStage);

describe('a version of the credential', () => {
  it('that cannot be dropped does no harm', async () => {
    const stiff = otherProcess(w.deps, {
      vault: { ...w.deps.vault, forget: () => Promise.reject(new Error('down')) },
    });
    for (let round = 0; round < 3; round += 1) {
      await leave(0);
      expect((await freshCredential(stiff, ref)).state).toBe('active');
    }
  });
});

describe('a crash', () => {
  /** A process that dies when it has kept the answer and is about to commit it. */
  const dyingBeforeCommit = () =>
    otherProcess(w.deps, {
      store: {
        ...w.deps.store,
        replace: (collection, item) =>
          collection.name === auths.name &&
          w.vault.versions(w.vault.paths().find((path) => path.startsWith('auth/')) ?? '') > 1
            ? Promise.reject(new Error('gone'))
            : w.deps.store.replace(collection, item),
      },
    });

  it('between keeping the answer and committing it keeps nobody waiting for the lease to end', async () => {
    await leave(0);
    await expect(freshCredential(dyingBeforeCommit(), ref)).rejects.toThrow('gone');
    const began = w.clock.now();
    await passing(w.clock, freshCredential(w.deps, ref), 50);
    expect(w.clock.now() - began).toBeLessThan(1000);
    expect([calls(), await accessToken(), heard('auth.refreshed').length]).toEqual([1, 'access-2', 1]);
  });

  it('between keeping the answer and committing it is made up for from the vault, without another call', async () => {
    await leave(0);
    await expect(freshCredential(dyingBeforeCommit(), ref)).rejects.toThrow('gone');
    expect((await now()).attempt).toBeDefined();
    await w.clock.advance(90_000);
    await freshCredential(w.deps, ref);
    expect(calls()).toBe(1);
    expect(await accessToken()).toBe('access-2');
    expect(heard('auth.refreshed')).toHaveLength(1);
    expect((await now()).attempt).toBeUndefined();
  });

  it('before sending leaves a lease that runs out; then the token is spent, marked as again', async () => {
    await leave(0);
    const dying = otherProcess(w.deps, {
      vault: { ...w.deps.vault, get: () => held().promise as Promise<never> },
    });
    void freshCredential(dying, ref);
    await turns();
    expect((await now()).attempt).toMatchObject({ again: false });
    const marks: unknown[] = [];
    w.http.answers(async () => {
      marks.push((await now()).attempt?.again);
      return tokens('late');
    });
    // Who waits gives up before the lease ends; who comes after it takes over.
    await w.clock.advance(91_000);
    await freshCredential(w.deps, ref);
    expect([marks, calls(), await accessToken()]).toEqual([[true], 1, 'access-late']);
  });

  it('after sending is an outcome that nobody knows: one more try, marked as again, may still succeed', async () => {
    await leave(0);
    w.http.answers(() => Promise.reject(new HttpFailure('reset', true)));
    await expect(freshCredential(w.deps, ref)).rejects.toMatchObject({ status: 502, code: 'refresh_failed' });
    expect(await now()).toMatchObject({
      state: 'failing',
      attempt: { until: 0 },
      failure: { code: 'reset', count: 1 },
    });
    const marks: unknown[] = [];
    w.http.answers(async () => {
      marks.push((await now()).attempt?.again);
      return tokens('second');
    });
    await w.clock.advance(2 * minute + 1);
    await freshCredential(w.deps, ref, { ahead: true });
    expect([marks, calls(), (await now()).state]).toEqual([[true], 2, 'active']);
    expect(heard().slice(-3)).toEqual(['auth.refresh_failed', 'auth.refreshed', 'auth.recovered']);
  });

  it('after sending, then invalid_grant, means that the rotation was lost: one event, and no more calls', async () => {
    await leave(0);
    w.http.answers(() => Promise.reject(new HttpFailure('timeout', true)));
    await expect(freshCredential(w.deps, ref)).rejects.toMatchObject({ status: 502 });
    w.http.answers(() => refusal('invalid_grant'));
    await w.clock.advance(2 * minute + 1);
    await expect(freshCredential(w.deps, ref, { ahead: true })).rejects.toMatchObject({ status: 409 });
    await expect(freshCredential(w.deps, ref)).rejects.toMatchObject({ status: 409 });
    expect(calls()).toBe(2);
    expect(await now()).toMatchObject({ state: 'needs_reconnect', cause: 'lost_rotation' });
    expect(heard('auth.needs_reconnect')).toHaveLength(1);
  });

  it('after sending stays an unknown outcome over answers that say nothing', async () => {
    await leave(0);
    w.http.answers(() => Promise.reject(new HttpFailure('reset', true)));
    await expect(freshCredential(w.deps, ref)).rejects.toMatchObject({ status: 502 });
    w.http.answers(() => answer(503));
    await w.clock.advance(2 * minute + 1);
    await expect(freshCredential(w.deps, ref, { ahead: true })).rejects.toMatchObject({ status: 502 });
    w.http.answers(() => refusal('invalid_grant'));
    await w.clock.advance(hour);
    await expect(freshCredential(w.deps, ref, { ahead: true })).rejects.toMatchObject({ status: 409 });
    expect((await now()).cause).toBe('lost_rotation');
  });

  it.each<[string, IncomingResponse]>([
    ['a gateway that did not hear the provider', answer(504)],
    ['a gateway that heard nonsense', answer(502)],
    ['an answer of 200 that nobody can read', answer(200, '<p>fine</p>')],
  ])('may have happened behind %s: the outcome is unknown', async (_, response) => {
    await leave(0);
    w.http.answers(() => response);
    await expect(freshCredential(w.deps, ref)).rejects.toMatchObject({ status: 502 });
    w.http.answers(() => refusal('invalid_grant'));
    await w.clock.advance(hour);
    await expect(freshCredential(w.deps, ref, { ahead: true })).rejects.toMatchObject({ status: 409 });
    expect((await now()).cause).toBe('lost_rotation');
  });

  it('of the connection before anything was sent is no unknown outcome: invalid_grant then means revoked', async () => {
    await leave(0);
    w.http.answers(() => Promise.reject(new HttpFailure('connect', false)));
    await expect(freshCredential(w.deps, ref)).rejects.toMatchObject({ status: 502 });
    expect((await now()).attempt).toBeUndefined();
    w.http.answers(() => refusal('invalid_grant'));
    await w.clock.advance(2 * minute + 1);
    await expect(freshCredential(w.deps, ref, { ahead: true })).rejects.toMatchObject({ status: 409 });
    expect((await now()).cause).toBe('revoked');
  });

  it('of the provider in the middle of its answer is an unknown outcome', async () => {
    await leave(0);
    async function* broken() {
      yield Buffer.from('{"access_');
      await Promise.resolve();
      throw new HttpFailure('reset', true);
    }
    w.http.answers(() => answer(200, broken(), [['content-type', 'application/json']]));
    await expect(freshCredential(w.deps, ref)).rejects.toMatchObject({ status: 502 });
    expect((await now()).attempt).toMatchObject({ until: 0 });
  });

  it('of a gateway in between that asks to wait is waited for where nothing rotates: the second try is not at once', async () => {
    const other = await oauth2Service(w, { auth: { refresh: { rotation: 'none' } } });
    bringOn(await connectedAuth(w, other), other);
    await leave(0);
    w.http.answers(() => answer(504, '', [['retry-after', '600']]));
    await expect(passing(w.clock, freshCredential(w.deps, ref))).rejects.toMatchObject({ status: 502 });
    expect(calls()).toBe(1);
    expect((await now()).refreshAt).toBeGreaterThanOrEqual(w.clock.now() + 10 * minute);
  });
});
