import { beforeEach, describe, expect, it } from '@jest/globals';
import { auths } from '#shared/domain/auths/auth.ts';
import { freshCredential } from '#shared/domain/auths/fresh-credential.ts';
import type { Store } from '#shared/ports.ts';
import { day, otherProcess, start } from '../../../../support/deps.ts';
import { keyedAuth, tokenService } from '../../../../support/nouns.ts';
import { accessToken, auth, calls, leave, now, ref, setStage, tokens, w } from './stage.ts';

beforeEach(setStage);

describe('a fresh token', () => {
  it('is used as it is: the provider is not called', async () => {
    expect((await freshCredential(w.deps, ref)).credential).toEqual(auth.credential);
    expect(calls()).toBe(0);
  });

  it('is used until less than 30 seconds are left; being ahead is the work of the schedule', async () => {
    await leave(31_000);
    await freshCredential(w.deps, ref);
    expect(calls()).toBe(0);
    await leave(29_000);
    await freshCredential(w.deps, ref);
    expect(calls()).toBe(1);
    expect(await accessToken()).toBe('access-2');
  });

  it('is renewed with one read of the auth: what the lease has written is known', async () => {
    await leave(0);
    let reads = 0;
    const store: Store = {
      ...w.deps.store,
      get: (collection, key) => {
        if (collection.name === auths.name) reads += 1;
        return w.deps.store.get(collection, key);
      },
    };
    await freshCredential(otherProcess(w.deps, { store }), ref);
    expect(calls()).toBe(1);
    expect(reads).toBe(1);
  });

  it('is renewed ahead of its end when the schedule asks and its time has come, not before', async () => {
    await freshCredential(w.deps, ref, { ahead: true });
    expect(calls()).toBe(0);
    await w.clock.advance((auth.refreshAt ?? 0) - start);
    await freshCredential(w.deps, ref, { ahead: true });
    expect(calls()).toBe(1);
    expect((await now()).refreshAt).toBeGreaterThan(w.clock.now());
  });

  it('that lives for less than a minute is used for half of its life, not renewed on each call', async () => {
    w.http.answers(() => tokens('short', { expires_in: 20 }));
    await freshCredential(w.deps, ref, { otherThan: auth.credential.version });
    const before = calls();
    for (let call = 0; call < 9; call += 1) {
      await w.clock.advance(1_000);
      await freshCredential(w.deps, ref);
    }
    expect(calls()).toBe(before);
    await w.clock.advance(2_000);
    await freshCredential(w.deps, ref);
    expect(calls()).toBe(before + 1);
  });

  it('of a token service never ends', async () => {
    const keyed = await keyedAuth(w, await tokenService(w));
    await w.clock.advance(3650 * day);
    const { state } = await freshCredential(w.deps, { ...ref, authId: keyed.id }, { ahead: true });
    expect([state, calls()]).toEqual(['active', 0]);
  });
});
