import { beforeEach, describe, expect, it } from '@jest/globals';
import { amendAuth } from '#shared/domain/auths/amend.ts';
import { authKey, auths, type Auth } from '#shared/domain/auths/auth.ts';
import { loadCredential, openCredential } from '#shared/domain/auths/credential.ts';
import { freshCredential } from '#shared/domain/auths/fresh-credential.ts';
import { applyEscrow } from '#shared/domain/auths/apply-escrow.ts';
import { escrowKey, escrows } from '#shared/domain/auths/escrow.ts';
import { EscrowDue, RemovalDue } from '#shared/domain/auths/due-events.ts';
import { sweepFromStart } from '#shared/domain/schedule/sweep.ts';
import { refreshDueAuths } from '#shared/domain/auths/refresh-due.ts';
import { refreshNow } from '#shared/domain/auths/refresh-now.ts';
import { finishRemoval, removeAuth } from '#shared/domain/auths/remove.ts';
import { breakers } from '#shared/domain/breaker/breaker.ts';
import { completeConnect } from '#shared/domain/connect/complete.ts';
import { applyEdit } from '#shared/domain/services/apply-edit.ts';
import { inUse } from '#shared/domain/services/current.ts';
import { tellClientRejected } from '#shared/domain/services/client-rejected.ts';
import { serviceKey, services, type Service } from '#shared/domain/services/service.ts';
import {
  EgressRefused,
  HttpFailure,
  Unsealable,
  type Deps,
  type IncomingResponse,
  type Store,
} from '#shared/ports.ts';
import {
  day,
  hour,
  minute,
  otherProcess,
  passing,
  start,
  told,
  turns,
  world,
  type World,
} from '../../../support/deps.ts';
import {
  authNow,
  callback,
  connectedAuth,
  countingTokens,
  keyedAuth,
  makeAuth,
  oauth2Document,
  oauth2Service,
  opened,
  redirectUri,
  sharedWorkspace,
  tokenService,
  tokenUrl,
  umbrella,
} from '../../../support/nouns.ts';
import { edited } from '../../../support/types.ts';
import { answer, jsonAnswer } from '../../../support/watched.ts';

let w: World;
let service: Service;
let auth: Auth;
let ref: { organizationId: string; authId: string };
let made: number;

const tokens = (name: string, parts: Readonly<Record<string, unknown>> = {}) =>
  jsonAnswer(200, {
    access_token: `access-${name}`,
    refresh_token: `refresh-${name}`,
    expires_in: 3600,
    ...parts,
  });
const refusal = (error: string, status = 400) => jsonAnswer(status, { error });

/** How many calls of the token endpoint there were since the auth was made. */
const calls = () => w.http.to(tokenUrl).length - made;
const lastForm = () => Object.fromEntries(new URLSearchParams(String(w.http.requests.at(-1)?.body)));
const heard = (prefix = 'auth.') => told(w, prefix).slice();
const now = () => authNow(w, auth.id);

/** The access token that a caller of the auth would use. */
const accessToken = async (deps: Deps = w.deps): Promise<string | undefined> => {
  const current = await now();
  const kept = await loadCredential(deps, current, current.credential.version);
  return kept && openCredential(kept, inUse(service, 'production'))?.values['access_token'];
};

/** The moment at which the auth's token has so many milliseconds left. */
const leave = async (left: number) => {
  const end = (await now()).credential.accessExpiresAt ?? 0;
  await w.clock.advance(end - left - w.clock.now());
};

/** An answer that comes when it is let go. */
const held = () => {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingResponse>();
  return { promise, resolve, reject };
};

beforeEach(async () => {
  w = await world();
  w.http.answers(countingTokens());
  service = await oauth2Service(w);
  auth = await connectedAuth(w, service);
  ref = { organizationId: w.organizationId, authId: auth.id };
  made = w.http.to(tokenUrl).length;
});

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
    service = await oauth2Service(w, { auth: { refresh: { rotation: 'none' } } });
    auth = await connectedAuth(w, service);
    ref = { ...ref, authId: auth.id };
    await leave(0);
    made = w.http.to(tokenUrl).length;
    w.http.answers(() => answer(504, '', [['retry-after', '600']]));
    await expect(passing(w.clock, freshCredential(w.deps, ref))).rejects.toMatchObject({ status: 502 });
    expect(calls()).toBe(1);
    expect((await now()).refreshAt).toBeGreaterThanOrEqual(w.clock.now() + 10 * minute);
  });
});

describe('an answer that was lost', () => {
  const reset = () => Promise.reject(new HttpFailure('reset', true));

  /** An auth of a provider that takes a refresh token again for so long after it was spent. */
  const withGrace = async (graceSeconds: number) => {
    service = await oauth2Service(w, { auth: { refresh: { graceSeconds } } });
    auth = await connectedAuth(w, service);
    ref = { ...ref, authId: auth.id };
    made = w.http.to(tokenUrl).length;
    await leave(0);
  };

  it('is asked for once more at once where the provider gives it twice, under an intent marked as again', async () => {
    await withGrace(60);
    const marks: unknown[] = [];
    w.http.answers(async () => {
      marks.push((await now()).attempt?.again);
      return marks.length === 1 ? reset() : tokens('twice');
    });
    await expect(freshCredential(w.deps, ref)).resolves.toMatchObject({ state: 'active' });
    expect([marks, calls(), await accessToken()]).toEqual([[false, true], 2, 'access-twice']);
    expect(heard('auth.refresh_failed')).toEqual([]);
  });

  it('twice is not asked for a third time', async () => {
    await withGrace(3600);
    w.http.answers(reset);
    await expect(freshCredential(w.deps, ref)).rejects.toMatchObject({ status: 502 });
    expect(calls()).toBe(2);
  });

  it('is left to the schedule when the grace is over', async () => {
    await withGrace(30);
    w.http.answers(async () => {
      await w.clock.sleep(31_000);
      return reset();
    });
    await expect(passing(w.clock, freshCredential(w.deps, ref))).rejects.toMatchObject({ status: 502 });
    expect(calls()).toBe(1);
    expect((await now()).attempt).toMatchObject({ again: false, until: 0 });
  });

  it('by the vault alone was heard and is held: the provider is not asked for it again', async () => {
    await withGrace(3600);
    const down = otherProcess(w.deps, {
      vault: { ...w.deps.vault, put: () => Promise.reject(new Error('down')) },
    });
    await expect(passing(w.clock, freshCredential(down, ref))).rejects.toMatchObject({ status: 502 });
    expect([calls(), (await now()).failure?.code]).toEqual([1, 'answer_not_kept']);
  });

  it('is not asked for again for an auth that is being deleted by then', async () => {
    await withGrace(3600);
    const slow = held();
    w.http.answers(() => slow.promise);
    const renewing = freshCredential(w.deps, ref);
    await turns();
    // Its remover is gone before it has emptied the vault.
    const dying = otherProcess(w.deps, {
      vault: { ...w.deps.vault, remove: () => Promise.reject(new Error('gone')) },
    });
    const removal = { ...ref, workspaceId: w.workspaceId, ifMatch: undefined };
    await expect(removeAuth(dying, removal)).rejects.toThrow('gone');
    w.http.answers(() => tokens('late'));
    slow.reject(new HttpFailure('reset', true));
    await expect(renewing).rejects.toMatchObject({ status: 404 });
    expect(calls()).toBe(1);
  });
});

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
    service = await oauth2Service(w, { umbrellaId: id });
    auth = await connectedAuth(w, service);
    ref = { ...ref, authId: auth.id };
    const { late, arrive } = await lateWinner();
    expect((await now()).alertAt).toBeUndefined();
    w.http.answers(() => tokens('proof'));
    arrive();
    expect((await late).state).toBe('active');
    expect((await now()).alertAt).toBe(start + 4 * day);
  });
});

describe('deleting during a renewal', () => {
  const remove = (deps: Deps) => removeAuth(deps, { ...ref, workspaceId: w.workspaceId, ifMatch: undefined });

  it.each([
    ['tokens', () => tokens('late')],
    ['an answer that cannot be read', () => jsonAnswer(200, { token: 'elsewhere' })],
    ['a refusal', () => refusal('invalid_grant')],
    ['a failure', () => answer(503)],
  ])('leaves nothing in vault or store, whether the answer is %s', async (_, late) => {
    await leave(0);
    const slow = held();
    w.http.answers(() => slow.promise);
    const renewing = freshCredential(w.deps, ref);
    await turns();
    await remove(otherProcess(w.deps));
    slow.resolve(late());
    await expect(renewing).rejects.toMatchObject({ status: 404 });
    expect(w.vault.paths().filter((path) => path.startsWith('auth/'))).toEqual([]);
    await w.clock.advance(91_000);
    await finishRemoval(w.deps, ref);
    expect(w.store.keys().filter((key) => key.includes(auth.id))).toEqual([]);
  });

  it('empties the vault once more when the lease has ended, for a holder that died after it had kept its answer', async () => {
    await leave(0);
    const slow = held();
    w.http.answers(() => slow.promise);
    const dying = otherProcess(w.deps, {
      store: {
        ...w.deps.store,
        // It is gone before it looks whether the auth is still there.
        get: (collection, key) =>
          w.vault.paths().length > 2 ? Promise.reject(new Error('gone')) : w.deps.store.get(collection, key),
      },
    });
    const renewing = freshCredential(dying, ref);
    await turns();
    await remove(otherProcess(w.deps));
    const emptied = w.vault.paths().filter((path) => path.startsWith('auth/'));
    slow.resolve(tokens('late'));
    await renewing.catch(() => undefined);
    expect(emptied).toEqual([]);
    const marked = await w.deps.store.get(auths, authKey(w.organizationId, auth.id));
    expect(marked?.state).toBe('deleting');
    await w.clock.advance(91_000);
    await sweepFromStart(w.deps);
    const { authIds } = RemovalDue.data.parse(
      w.bus.events.findLast(({ type }) => type === RemovalDue.type)?.data,
    );
    expect(authIds).toEqual([auth.id]);
    await finishRemoval(w.deps, ref);
    expect(w.vault.paths().filter((path) => path.startsWith('auth/'))).toEqual([]);
    expect(w.store.keys().filter((key) => key.includes(auth.id))).toEqual([]);
  });

  it('leaves nothing when the answer is kept between the emptying of the vault and the end of the removal', async () => {
    await leave(0);
    const slow = held();
    w.http.answers(() => slow.promise);
    const renewing = freshCredential(w.deps, ref);
    await turns();
    const pause = Promise.withResolvers<undefined>();
    const removing = remove(
      otherProcess(w.deps, {
        store: {
          ...w.deps.store,
          remove: async (collection, item) => {
            await pause.promise;
            return w.deps.store.remove(collection, item);
          },
        },
      }),
    );
    await turns();
    slow.resolve(tokens('late'));
    await expect(renewing).rejects.toMatchObject({ status: 404 });
    pause.resolve(undefined);
    await removing;
    expect(w.vault.paths().filter((path) => path.startsWith('auth/'))).toEqual([]);
  });

  it('that stopped half way is finished by the sweep, and finishing it again does nothing', async () => {
    const dying = otherProcess(w.deps, {
      vault: { ...w.deps.vault, remove: () => Promise.reject(new Error('gone')) },
    });
    await expect(remove(dying)).rejects.toThrow('gone');
    expect((await now()).state).toBe('deleting');
    await expect(freshCredential(w.deps, ref)).rejects.toMatchObject({ status: 404 });
    await finishRemoval(w.deps, ref);
    await finishRemoval(w.deps, ref);
    expect(await w.deps.store.get(auths, authKey(w.organizationId, auth.id))).toBeUndefined();
    expect(w.vault.paths().filter((path) => path.startsWith('auth/'))).toEqual([]);
    expect(heard('auth.deleted')).toHaveLength(1);
  });
});

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
    const second = await connectedAuth(w, service);
    made = w.http.to(tokenUrl).length;
    w.http.answers(() => refusal('invalid_client', 401));
    await leave(0);
    for (let count = 0; count < 3; count += 1) {
      for (const authId of [auth.id, second.id])
        await expect(freshCredential(w.deps, { ...ref, authId })).rejects.toMatchObject({ status: 502 });
      await w.clock.advance(2 * hour);
    }
    expect(told(w, 'service.client_rejected')).toHaveLength(1);
    expect(heard('auth.needs_reconnect')).toEqual([]);
    expect([(await now()).state, (await authNow(w, second.id)).state]).toEqual(['failing', 'failing']);
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

describe('a vault that fails after the provider has answered', () => {
  it('for a moment costs nothing: the answer is kept at the next try', async () => {
    await leave(0);
    let failures = 2;
    const shaky = otherProcess(w.deps, {
      vault: {
        ...w.deps.vault,
        put: (...args) =>
          (failures -= 1) >= 0 ? Promise.reject(new Error('down')) : w.deps.vault.put(...args),
      },
    });
    expect((await passing(w.clock, freshCredential(shaky, ref))).state).toBe('active');
    expect([calls(), await accessToken()]).toEqual([1, 'access-2']);
  });

  const withoutVault = (ports: Partial<Deps> = {}) =>
    otherProcess(w.deps, {
      vault: { ...w.deps.vault, put: () => Promise.reject(new Error('down')) },
      ...ports,
    });

  it('for longer leaves the answer sealed in escrow, where the next who asks finds it: no second call', async () => {
    await leave(0);
    await expect(passing(w.clock, freshCredential(withoutVault(), ref))).rejects.toMatchObject({
      status: 502,
    });
    expect(await now()).toMatchObject({
      state: 'failing',
      failure: { code: 'answer_not_kept' },
      attempt: { until: 0 },
    });
    await w.clock.advance(3 * minute);
    await freshCredential(w.deps, ref);
    expect([calls(), await accessToken(), (await now()).state]).toEqual([1, 'access-2', 'active']);
  });

  it('for longer keeps the provider from being called again: its answer is held', async () => {
    await leave(0);
    await expect(passing(w.clock, freshCredential(withoutVault(), ref))).rejects.toMatchObject({
      status: 502,
    });
    await w.clock.advance(3 * minute);
    await expect(passing(w.clock, freshCredential(withoutVault(), ref))).rejects.toMatchObject({
      status: 502,
    });
    expect(calls()).toBe(1);
  });

  it('and for hours: the provider is not called meanwhile, and the schedule moves what is held when the vault is back', async () => {
    await leave(0);
    await expect(passing(w.clock, freshCredential(withoutVault(), ref))).rejects.toMatchObject({
      status: 502,
    });
    const { attempt } = await now();
    const held = { ...ref, version: attempt!.id };
    for (let passed = 0; passed < 4 * hour; passed += 10 * minute) {
      await w.clock.advance(10 * minute);
      await expect(freshCredential(withoutVault(), ref)).rejects.toMatchObject({ status: 502 });
      await applyEscrow(withoutVault(), held);
    }
    expect([calls(), (await now()).state]).toEqual([1, 'failing']);
    await w.clock.advance(5 * minute);
    await sweepFromStart(w.deps);
    const asked = w.bus.events.findLast(({ type }) => type === EscrowDue.type)?.data;
    expect(EscrowDue.data.parse(asked)).toEqual({ held: [{ authId: auth.id, version: held.version }] });
    await applyEscrow(w.deps, held);
    await applyEscrow(w.deps, held);
    expect([calls(), await accessToken(), (await now()).state]).toEqual([1, 'access-2', 'active']);
    expect(w.store.keys().filter((key) => key.includes('ESCROW'))).toEqual([]);
  });

  it('shows no token in what is held', async () => {
    await leave(0);
    await expect(passing(w.clock, freshCredential(withoutVault(), ref))).rejects.toMatchObject({
      status: 502,
    });
    const held = await w.deps.store.get(escrows, escrowKey({ ...ref, version: (await now()).attempt!.id }));
    expect(held?.sealed.length).toBeGreaterThan(50);
    expect(JSON.stringify(held)).not.toMatch(/access-|refresh-/);
  });

  it('and the sealing key is another meanwhile: what nobody can open is dropped, and the token is spent once more', async () => {
    await leave(0);
    await expect(passing(w.clock, freshCredential(withoutVault(), ref))).rejects.toMatchObject({
      status: 502,
    });
    const held = { ...ref, version: (await now()).attempt!.id };
    const rekeyed = otherProcess(w.deps, {
      sealer: { ...w.deps.sealer, open: () => Promise.reject(new Unsealable()) },
    });
    await applyEscrow(rekeyed, held);
    expect(w.store.keys().filter((key) => key.includes('ESCROW'))).toEqual([]);
    await w.clock.advance(3 * minute);
    await freshCredential(rekeyed, ref);
    expect([calls(), (await now()).state]).toEqual([2, 'active']);
  });

  it('and is deleted meanwhile: what is held goes too, and nothing comes into the vault', async () => {
    await leave(0);
    await expect(passing(w.clock, freshCredential(withoutVault(), ref))).rejects.toMatchObject({
      status: 502,
    });
    const held = { ...ref, version: (await now()).attempt!.id };
    await removeAuth(w.deps, { ...ref, workspaceId: w.workspaceId, ifMatch: undefined });
    await applyEscrow(w.deps, held);
    expect(w.store.keys().filter((key) => key.includes('ESCROW'))).toEqual([]);
    expect(w.vault.paths().filter((path) => path.startsWith('auth/'))).toEqual([]);
  });

  it('is of no use after a new consent: what is held is dropped', async () => {
    await leave(0);
    await expect(passing(w.clock, freshCredential(withoutVault(), ref))).rejects.toMatchObject({
      status: 502,
    });
    const held = { ...ref, version: (await now()).attempt!.id };
    w.http.answers(() => tokens('consent'));
    await connectedAuth(w, service, { authId: auth.id });
    await applyEscrow(w.deps, held);
    expect(await accessToken()).toBe('access-consent');
    expect(w.store.keys().filter((key) => key.includes('ESCROW'))).toEqual([]);
    expect(w.vault.paths().filter((path) => path.includes(held.version))).toEqual([]);
  });

  it('is of no use once an edit has ended the auth: what is held is dropped, though its environment is gone', async () => {
    await leave(0);
    await expect(passing(w.clock, freshCredential(withoutVault(), ref))).rejects.toMatchObject({
      status: 502,
    });
    const held = { ...ref, version: (await now()).attempt!.id };
    await amendAuth(w.deps, ref, (current) => ({
      ...current,
      environment: 'gone',
      state: 'needs_reconnect',
      cause: 'service_changed',
    }));
    await applyEscrow(w.deps, held);
    expect(w.store.keys().filter((key) => key.includes('ESCROW'))).toEqual([]);
    expect(w.vault.paths().filter((path) => path.includes(held.version))).toEqual([]);
  });

  it('when it cannot be held either, makes the outcome unknown; one more try may still succeed', async () => {
    await leave(0);
    const down = withoutVault({
      store: {
        ...w.deps.store,
        insert: (collection, item) =>
          collection.name === escrows.name
            ? Promise.reject(new Error('down'))
            : w.deps.store.insert(collection, item),
      },
    });
    await expect(passing(w.clock, freshCredential(down, ref))).rejects.toMatchObject({ status: 502 });
    await w.clock.advance(3 * minute);
    await freshCredential(w.deps, ref);
    expect([calls(), (await now()).state]).toEqual([2, 'active']);
  });

  it('but had kept the answer is recovered from it, without another call', async () => {
    await leave(0);
    const lost = otherProcess(w.deps, {
      vault: {
        ...w.deps.vault,
        put: async (...args) => {
          await w.deps.vault.put(...args);
          throw new Error('the answer was lost');
        },
      },
    });
    await expect(passing(w.clock, freshCredential(lost, ref))).rejects.toMatchObject({ status: 502 });
    await w.clock.advance(3 * minute);
    await freshCredential(w.deps, ref);
    expect([calls(), await accessToken()]).toEqual([1, 'access-2']);
  });

  it('while a late winner is on trial ends the look at it, and the trial when the vault is back', async () => {
    await leave(0);
    const slow = held();
    w.http.answers(() => slow.promise);
    const late = freshCredential(w.deps, ref);
    await turns();
    await w.clock.advance(91_000);
    w.http.answers(() => refusal('invalid_grant'));
    await expect(freshCredential(otherProcess(w.deps), ref)).rejects.toMatchObject({ status: 409 });
    w.http.answers(() => answer(503));
    slow.resolve(tokens('late'));
    await expect(late).rejects.toMatchObject({ status: 409 });
    w.http.answers(() => tokens('proof'));
    for (let count = 0; count < 2; count += 1) {
      await w.clock.advance(3 * minute);
      const looking = freshCredential(withoutVault(), ref, { ahead: true });
      await expect(passing(w.clock, looking)).rejects.toMatchObject({ status: 409 });
    }
    const made = calls();
    await applyEscrow(w.deps, { ...ref, version: (await now()).attempt!.id });
    expect([(await now()).state, await accessToken(), calls()]).toEqual(['active', 'access-proof', made]);
  });

  it('is of no use when an edit has taken the environment away: what is held is dropped, without asking for the service', async () => {
    const parts = oauth2Document({ environments: { sandbox: {} } });
    service = await oauth2Service(w, parts);
    const expiresAt = new Date(w.clock.now() + hour).toISOString();
    auth = await makeAuth(w, {
      serviceId: service.id,
      environment: 'sandbox',
      credential: { accessToken: 'sandbox', refreshToken: 'sandbox', expiresAt },
    });
    ref = { ...ref, authId: auth.id };
    await leave(0);
    await expect(passing(w.clock, freshCredential(withoutVault(), ref))).rejects.toMatchObject({
      status: 502,
    });
    const held = { ...ref, version: (await now()).attempt!.id };
    await edited(w, service, oauth2Document());
    await applyEdit(w.deps, { organizationId: w.organizationId, serviceId: service.id });
    await applyEscrow(w.deps, held);
    expect(w.store.keys().filter((key) => key.includes('ESCROW'))).toEqual([]);
    expect(await now()).toMatchObject({ state: 'needs_reconnect', cause: 'service_changed' });
  });
});

describe('an auth that is over', () => {
  it('answers 409 with the way to connect again, and the provider is not called any more', async () => {
    await leave(0);
    w.http.answers(() => refusal('invalid_grant'));
    await expect(freshCredential(w.deps, ref)).rejects.toMatchObject({
      status: 409,
      code: 'needs_reconnect',
    });
    const again = freshCredential(w.deps, ref, { otherThan: auth.credential.version });
    await expect(again).rejects.toMatchObject({
      details: [{ path: `/v1/workspaces/${w.workspaceId}/connect-sessions` }],
    });
    expect(calls()).toBe(1);
    expect(await now()).toMatchObject({ state: 'needs_reconnect', cause: 'revoked' });
    expect(heard('auth.needs_reconnect')).toHaveLength(1);
    expect((await now()).refreshAt).toBeUndefined();
  });

  it('is one whose token has ended and who has nothing to renew it with', async () => {
    w.http.answers(() => jsonAnswer(200, { access_token: 'only', expires_in: 3600 }));
    auth = await connectedAuth(w, service);
    ref = { ...ref, authId: auth.id };
    made = w.http.to(tokenUrl).length;
    await leave(10_000);
    expect((await freshCredential(w.deps, ref)).state).toBe('active');
    await leave(0);
    await expect(freshCredential(w.deps, ref, { ahead: true })).rejects.toMatchObject({ status: 409 });
    expect(await now()).toMatchObject({ state: 'needs_reconnect', cause: 'absolute_limit' });
    expect([calls(), heard('auth.needs_reconnect').length]).toEqual([0, 1]);
  });

  it('near its predicted end is so because of the test status, and hears of its end once (R42, R43)', async () => {
    const demo = await umbrella(w, { verification: { status: 'demo', authLifetimeSeconds: 7 * 86_400 } });
    service = await oauth2Service(w, { umbrellaId: demo.id });
    auth = await connectedAuth(w, service);
    ref = { ...ref, authId: auth.id };
    await w.clock.advance(6.5 * day);
    w.http.answers(() => refusal('invalid_grant'));
    await expect(freshCredential(w.deps, ref)).rejects.toMatchObject({ status: 409 });
    expect(await now()).toMatchObject({ state: 'needs_reconnect', cause: 'provider_test_status' });
    expect((await now()).alertAt).toBeUndefined();
    expect(heard('auth.expired')).toHaveLength(1);
    expect(heard('auth.needs_reconnect')).toHaveLength(1);
  });

  it('far from its predicted end was revoked (R42)', async () => {
    const demo = await umbrella(w, { verification: { status: 'demo', authLifetimeSeconds: 7 * 86_400 } });
    auth = await connectedAuth(w, await oauth2Service(w, { umbrellaId: demo.id }));
    ref = { ...ref, authId: auth.id };
    await w.clock.advance(2 * day);
    w.http.answers(() => refusal('invalid_grant'));
    await expect(freshCredential(w.deps, ref)).rejects.toMatchObject({ status: 409 });
    expect((await now()).cause).toBe('revoked');
    expect(heard('auth.expired')).toEqual([]);
  });
});

describe('tokens that were obtained elsewhere (R51)', () => {
  const imported = (credential: unknown) =>
    makeAuth(w, { serviceId: service.id, name: 'Imported', credential });

  it.each([1, 7, 300_001, 3_600_003, 86_400_007])('are taken with %d ms left, and renewed', async (left) => {
    auth = await imported({
      accessToken: 'at',
      refreshToken: 'rt',
      expiresAt: new Date(start + left).toISOString(),
    });
    ref = { ...ref, authId: auth.id };
    await w.clock.advance(left);
    await freshCredential(w.deps, ref);
    expect(lastForm()).toMatchObject({ refresh_token: 'rt' });
  });

  it('without an end are used as they are', async () => {
    auth = await imported({ accessToken: 'at' });
    await w.clock.advance(3650 * day);
    expect((await freshCredential(w.deps, { ...ref, authId: auth.id })).state).toBe('active');
    expect(calls()).toBe(0);
  });

  it.each(['0001-01-01T00:00:00Z', '1970-01-01T00:00:00Z'])(
    'whose end is %s, as many systems write that there is none, have no end',
    async (expiresAt) => {
      const credential = { accessToken: 'a', refreshToken: 'r', expiresAt };
      const { credential: made, refreshAt } = await makeAuth(w, { serviceId: service.id, credential });
      expect([made.accessExpiresAt, refreshAt]).toEqual([undefined, undefined]);
    },
  );
});

describe('renewing what is due', () => {
  it('goes on with the others when one is refused, gone or over', async () => {
    const second = await connectedAuth(w, service);
    await w.clock.advance(hour);
    const gone = auth.id.replace(/.$/, 'z');
    await passing(
      w.clock,
      refreshDueAuths(w.deps, w.organizationId, { authIds: [gone, auth.id, second.id] }),
    );
    expect([
      (await now()).credential.version,
      (await authNow(w, second.id)).credential.version,
    ]).not.toContain(auth.credential.version);
  });

  it('is harmless for those that are not due', async () => {
    await refreshDueAuths(w.deps, w.organizationId, { authIds: [auth.id] });
    expect(calls()).toBe(0);
  });

  it('is harmless for one that nobody uses: its token is over, and its time has not come', async () => {
    await amendAuth(w.deps, ref, (current) => ({ ...current, refreshAt: start + day }));
    await w.clock.advance(2 * hour);
    await refreshDueAuths(w.deps, w.organizationId, { authIds: [auth.id] });
    expect(calls()).toBe(0);
    await freshCredential(w.deps, ref);
    expect(calls()).toBe(1);
  });

  it('rejects when a port failed, after the others were done', async () => {
    const second = await connectedAuth(w, service);
    await w.clock.advance(hour);
    const broken = otherProcess(w.deps, {
      store: {
        ...w.deps.store,
        get: (collection, key) =>
          key.partition.includes(auth.id)
            ? Promise.reject(new Error('down'))
            : w.deps.store.get(collection, key),
      },
    });
    await expect(
      passing(w.clock, refreshDueAuths(broken, w.organizationId, { authIds: [auth.id, second.id] })),
    ).rejects.toThrow(AggregateError);
    expect((await authNow(w, second.id)).credential.version).not.toBe(second.credential.version);
  });
});
