import { beforeEach, describe, expect, it } from '@jest/globals';
import { auths } from '#shared/domain/auths/auth.ts';
import { freshCredential } from '#shared/domain/auths/fresh-credential.ts';
import { refreshNow } from '#shared/domain/auths/refresh-now.ts';
import { breakers } from '#shared/domain/breaker/breaker.ts';
import { hour, otherProcess, passing, start, turns } from '../../../../support/deps.ts';
import { oauth2Document, sharedWorkspace } from '../../../../support/nouns.ts';
import { edited } from '../../../../support/types.ts';
import { jsonAnswer } from '../../../../support/watched.ts';
import {
  accessToken,
  auth,
  calls,
  heard,
  held,
  lastForm,
  leave,
  now,
  ref,
  service,
  setStage,
  tokens,
  w,
} from './stage.ts';

beforeEach(setStage);

describe('renewing', () => {
  it('spends the refresh token in hand and keeps the next one', async () => {
    await leave(0);
    const renewed = await freshCredential(w.deps, ref);
    expect(lastForm()).toEqual({ grant_type: 'refresh_token', refresh_token: 'refresh-1' });
    expect(renewed.credential.accessExpiresAt).toBe(w.clock.now() + hour);
    expect(renewed.attempt).toBeUndefined();
    expect(heard('auth.refreshed')).toHaveLength(1);
    await leave(0);
    await freshCredential(w.deps, ref);
    expect(lastForm()).toMatchObject({ refresh_token: 'refresh-2' });
  });

  it('keeps the refresh token when the answer brings no other', async () => {
    w.http.answers(() => jsonAnswer(200, { access_token: 'next', expires_in: 60 }));
    await leave(0);
    await freshCredential(w.deps, ref);
    await leave(0);
    await freshCredential(w.deps, ref);
    expect([calls(), lastForm()['refresh_token'], await accessToken()]).toEqual([2, 'refresh-1', 'next']);
    expect(w.bus.events.findLast(({ type }) => type === 'auth.refreshed')?.data['rotated']).toBe(false);
  });

  it('is one call for 50 who ask at the same time', async () => {
    await leave(0);
    const all = await passing(
      w.clock,
      Promise.all(Array.from({ length: 50 }, () => freshCredential(w.deps, ref))),
    );
    expect(calls()).toBe(1);
    expect(new Set(all.map(({ credential }) => credential.version)).size).toBe(1);
  });

  it('reads the auth once for 50 who ask at the same time in one process', async () => {
    let reads = 0;
    const counting = otherProcess(w.deps, {
      store: {
        ...w.deps.store,
        get: (collection, key) => {
          if (collection.name === auths.name) reads += 1;
          return w.deps.store.get(collection, key);
        },
      },
    });
    await Promise.all(Array.from({ length: 50 }, () => freshCredential(counting, ref)));
    expect(reads).toBe(1);
  });

  it('spends nothing when the answer might come after the end of the lease', async () => {
    await leave(0);
    const slow = otherProcess(w.deps, {
      vault: {
        ...w.deps.vault,
        get: async (...version) => {
          await w.clock.sleep(21_000);
          return w.deps.vault.get(...version);
        },
      },
    });
    await expect(passing(w.clock, freshCredential(slow, ref))).rejects.toMatchObject({ status: 502 });
    expect(calls()).toBe(0);
    expect(await now()).toMatchObject({ state: 'failing', failure: { code: 'too_slow' } });
  });

  it('spends nothing when asking the breaker has taken the time of the lease', async () => {
    await leave(0);
    const slow = otherProcess(w.deps, {
      store: {
        ...w.deps.store,
        get: async (collection, key) => {
          if (collection.name === breakers.name) await w.clock.sleep(21_000);
          return w.deps.store.get(collection, key);
        },
      },
    });
    await expect(passing(w.clock, freshCredential(slow, ref))).rejects.toMatchObject({ status: 502 });
    expect(calls()).toBe(0);
    expect(await now()).toMatchObject({ state: 'failing', failure: { code: 'too_slow' } });
  });

  it('is one call for callers, schedule and a person who asks at the same time', async () => {
    await leave(0);
    const asked = [
      freshCredential(w.deps, ref),
      freshCredential(w.deps, ref, { ahead: true }),
      freshCredential(w.deps, ref, { workspaceId: w.workspaceId }),
      refreshNow(w.deps, { ...ref, workspaceId: w.workspaceId }),
    ];
    await passing(w.clock, Promise.all(asked));
    expect(calls()).toBe(1);
  });

  it('is one call for two processes', async () => {
    await leave(0);
    const other = otherProcess(w.deps);
    const [one, two] = await passing(
      w.clock,
      Promise.all([freshCredential(w.deps, ref), freshCredential(other, ref)]),
    );
    expect(calls()).toBe(1);
    expect(one.credential).toEqual(two.credential);
    expect(heard('auth.refreshed')).toHaveLength(1);
  });

  it('lets others use the token that is still valid meanwhile', async () => {
    await leave(20_000);
    const slow = held();
    w.http.answers(() => slow.promise);
    const first = freshCredential(w.deps, ref);
    await turns();
    const second = await freshCredential(otherProcess(w.deps), ref);
    expect(second.credential.version).toBe(auth.credential.version);
    slow.resolve(tokens('slow'));
    expect((await first).credential.version).not.toBe(auth.credential.version);
    expect(calls()).toBe(1);
  });

  it('waits at the most a little longer than a call may take, then says that it is under way', async () => {
    await leave(0);
    w.http.answers(() => held().promise);
    void freshCredential(w.deps, ref);
    await turns();
    const waiting = passing(w.clock, freshCredential(otherProcess(w.deps), ref), 5000);
    await expect(waiting).rejects.toMatchObject({ status: 503, code: 'refresh_under_way' });
    expect(w.clock.now() - start).toBeLessThan(hour + 85_000);
  });

  it('is refused to a workspace that the auth does not belong to, without a call: it does not exist there', async () => {
    await leave(0);
    const { id: workspaceId } = await sharedWorkspace(w);
    await expect(freshCredential(w.deps, ref, { workspaceId })).rejects.toMatchObject({ status: 404 });
    await expect(
      freshCredential(w.deps, { ...ref, organizationId: `org_${'0'.repeat(26)}` }),
    ).rejects.toMatchObject({
      status: 404,
    });
    expect(calls()).toBe(0);
  });

  it('is refused to a workspace even while another caller renews in the same process', async () => {
    await leave(0);
    const { id: workspaceId } = await sharedWorkspace(w);
    const [mine, theirs] = await Promise.allSettled([
      freshCredential(w.deps, ref),
      freshCredential(w.deps, ref, { workspaceId }),
    ]);
    expect([mine.status, theirs.status]).toEqual(['fulfilled', 'rejected']);
  });

  it('does again what a person asks for, however fresh the token is', async () => {
    await refreshNow(w.deps, { ...ref, workspaceId: w.workspaceId });
    await refreshNow(w.deps, { ...ref, workspaceId: w.workspaceId });
    expect(calls()).toBe(2);
  });

  it('shows nobody at another host the refresh token: an edit that its service has not come to yet has ended the auth', async () => {
    await leave(0);
    const other = 'https://other.example/token';
    await edited(w, service, oauth2Document({ auth: { tokenUrl: other } }));
    await expect(freshCredential(w.deps, ref)).rejects.toMatchObject({ status: 409 });
    expect([calls(), w.http.to(other)]).toEqual([0, []]);
    expect(await now()).toMatchObject({ state: 'needs_reconnect', cause: 'service_changed' });
    expect(heard('auth.needs_reconnect')).toHaveLength(1);
  });
});
