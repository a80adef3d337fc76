import { beforeEach, describe, expect, it } from '@jest/globals';
import { amendAuth } from '#shared/domain/auths/amend.ts';
import { auths, credentialRef, type Auth } from '#shared/domain/auths/auth.ts';
import { RefreshDue } from '#shared/domain/auths/due-events.ts';
import { freshCredential } from '#shared/domain/auths/fresh-credential.ts';
import { listAuths } from '#shared/domain/auths/list.ts';
import { refreshDueAuths } from '#shared/domain/auths/refresh-due.ts';
import { refreshNow } from '#shared/domain/auths/refresh-now.ts';
import { removeAuth } from '#shared/domain/auths/remove.ts';
import { restoreSetAside } from '#shared/domain/auths/restore-set-aside.ts';
import { tellEnding } from '#shared/domain/auths/tell-ending.ts';
import { troubleKey, troubles } from '#shared/domain/auths/trouble.ts';
import { completeConnect } from '#shared/domain/connect/complete.ts';
import { flushOutbox } from '#shared/domain/schedule/flush-outboxes.ts';
import { sweepFromStart } from '#shared/domain/schedule/sweep.ts';
import type { Service } from '#shared/domain/services/service.ts';
import { describeAuth } from '#shared/domain/auths/describe.ts';
import { Unsealable, type Deps, type IncomingResponse } from '#shared/ports.ts';
import { secret } from '#shared/secret.ts';
import { seededRandom } from '#shared/memory/random.ts';
import {
  day,
  hour,
  minute,
  otherProcess,
  passing,
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
  oauth2Service,
  opened,
  redirectUri,
  tokenUrl,
  umbrella,
} from '../../../support/nouns.ts';
import { spoiledAuth, spoiledService } from '../../../support/poison.ts';
import { jsonAnswer } from '../../../support/watched.ts';

let w: World;
let service: Service;
let auth: Auth;
let seen: number;

const where = (of: Auth = auth) => ({
  organizationId: w.organizationId,
  workspaceId: w.workspaceId,
  authId: of.id,
});
const now = (of: Auth = auth) => authNow(w, of.id);
const trouble = (of: Auth = auth) => w.deps.store.get(troubles, troubleKey(where(of)));
const aside = () => w.bus.events.filter(({ type }) => type === 'auth.set_aside');
const calls = () => w.http.to(tokenUrl).length;

/** A quarter of an hour and what the second reading of the sweep asks for then; answers how many messages failed. */
const quarter = async (deps: Deps = w.deps): Promise<number> => {
  await w.clock.advance(15 * minute);
  seen = w.bus.events.length;
  await sweepFromStart(w.deps);
  let failed = 0;
  for (const { type, organizationId, data } of w.bus.events.slice(seen)) {
    const work: Promise<unknown> =
      type === 'auth.refresh_due'
        ? refreshDueAuths(deps, organizationId, RefreshDue.data.parse(data))
        : type === 'outbox.due'
          ? Promise.all(
              (data['items'] as Parameters<typeof flushOutbox>[1][]).map((at) => flushOutbox(deps, at)),
            )
          : Promise.resolve();
    await passing(
      w.clock,
      work.catch(() => (failed += 1)),
      12,
    );
  }
  return failed;
};

const quarters = async (count: number, deps: Deps = w.deps): Promise<number> => {
  let failed = 0;
  for (let index = 0; index < count; index += 1) failed += await quarter(deps);
  return failed;
};

/** Whether the sweep would ask for the auth, at any time to come. */
const isDue = async (of: Auth = auth) => auths.place(await now(of)).due !== undefined;

beforeEach(async () => {
  w = await world();
  w.http.answers(countingTokens());
  service = await oauth2Service(w);
  auth = await connectedAuth(w, service);
  await w.clock.advance(hour - 20 * minute);
});

describe('an auth whose renewal fails by an error of ours', () => {
  it('is noted, and fails no message', async () => {
    await spoiledService(w, service);
    expect(await quarter()).toBe(0);
    expect(await trouble()).toMatchObject({
      authId: auth.id,
      workspaceId: w.workspaceId,
      serviceId: service.id,
      tries: 1,
      firstAt: w.clock.now(),
      lastAt: w.clock.now(),
      code: 'ZodError',
    });
    expect((await now()).setAsideAt).toBeUndefined();
  });

  it('is set aside at the fifth try within a day: state, one event and the index agree', async () => {
    await spoiledService(w, service);
    await quarters(4);
    expect([aside().length, (await now()).state]).toEqual([0, 'active']);
    expect(await quarter()).toBe(0);
    expect(await now()).toMatchObject({
      state: 'failing',
      failure: { code: 'set_aside', at: w.clock.now(), count: 1 },
      setAsideAt: w.clock.now(),
      outbox: [],
    });
    expect(aside().map(({ data }) => data)).toEqual([
      {
        authId: auth.id,
        serviceId: service.id,
        workspaceId: w.workspaceId,
        code: 'ZodError',
        tries: 5,
        advice: expect.stringContaining(`auths/${auth.id}/refresh`),
      },
    ]);
    expect(told(w, 'auth.refresh_failed')).toEqual([]);
    expect(await isDue()).toBe(false);
    await quarters(20);
    expect(aside()).toHaveLength(1);
    expect((await trouble())?.tries).toBe(5);
  });

  it('is told of by the sweep when the bus was down just then', async () => {
    await spoiledService(w, service);
    await quarters(4);
    const deaf = otherProcess(w.deps, { bus: { publish: () => Promise.reject(new Error('down')) } });
    await quarter(deaf);
    expect([aside().length, (await now()).state]).toEqual([0, 'failing']);
    await quarters(2);
    expect(aside()).toHaveLength(1);
  });

  it('is not set aside by tries on several days, nor by one message given twice', async () => {
    await spoiledService(w, service);
    for (let round = 0; round < 12; round += 1) {
      await quarter();
      await refreshDueAuths(w.deps, w.organizationId, { authIds: [auth.id] });
      expect((await trouble())?.tries).toBeLessThan(5);
      await w.clock.advance(7 * hour);
    }
    expect(aside()).toEqual([]);
  });

  it('counts anew once it was renewed in between', async () => {
    for (let round = 0; round < 3; round += 1) {
      const repair = await spoiledService(w, service);
      await quarters(3);
      expect((await trouble())?.tries).toBe(3);
      await repair();
      await quarter();
      expect((await now()).state).toBe('active');
      await w.clock.advance(40 * minute);
    }
    expect(aside()).toEqual([]);
  });

  it.each([
    ['that is no JSON', '{"access_token": "planted', 'SyntaxError'],
    ['of another form', '{"fields": 7}', 'ZodError'],
  ])('is set aside for a kept answer %s, without a call; its text is nowhere', async (_, text, code) => {
    const before = calls();
    const attempt = {
      id: 'a'.repeat(32),
      until: w.clock.now(),
      spends: auth.credential.lineage!,
      again: false,
    };
    await w.deps.vault.put(credentialRef(auth), attempt.id, secret(text));
    await amendAuth(w.deps, where(), (current) => ({ ...current, attempt }));
    await quarters(6);
    expect(aside().map(({ data }) => data['code'])).toEqual([code]);
    expect(calls()).toBe(before);
    expect(await isDue()).toBe(false);
    expect(w.store.dump() + JSON.stringify(w.bus.events)).not.toContain('planted');
  });

  it('is set aside for a version that does not unseal: that is no outage of the vault', async () => {
    const attempt = {
      id: 'a'.repeat(32),
      until: w.clock.now(),
      spends: auth.credential.lineage!,
      again: false,
    };
    await amendAuth(w.deps, where(), (current) => ({ ...current, attempt }));
    const vault = { ...w.deps.vault, get: () => Promise.reject(new Unsealable()) };
    expect(await quarters(6, otherProcess(w.deps, { vault }))).toBe(0);
    expect(aside().map(({ data }) => data['code'])).toEqual(['Unsealable']);
  });
});

describe('an auth whose item cannot be read', () => {
  it('is never renewed, told of once, and its neighbours in the message are renewed', async () => {
    const second = await connectedAuth(w, service);
    const before = calls();
    const repair = await spoiledAuth(w, auth);
    expect(await quarters(6)).toBe(0);
    for (let index = 0; index < 80; index += 1) {
      await w.clock.advance(11 * hour);
      expect(await quarter()).toBe(0);
    }
    expect(aside().map(({ data }) => data)).toEqual([
      expect.objectContaining({
        authId: auth.id,
        workspaceId: w.workspaceId,
        serviceId: service.id,
        tries: 5,
      }),
    ]);
    expect((await now(second)).state).toBe('active');
    expect(calls() - before).toBe(told(w, 'auth.refreshed').length);
    await repair();
    await quarter();
    expect([(await now()).state, (await now()).credential.version === auth.credential.version]).toEqual([
      'active',
      false,
    ]);
    expect(aside()).toHaveLength(1);
  });

  it('is told of although nothing of it can be read but its key', async () => {
    await spoiledAuth(w, auth, { workspaceId: 7, serviceId: [], tie: 7 });
    await quarters(6);
    expect(aside().map(({ data }) => data)).toEqual([
      {
        authId: auth.id,
        workspaceId: null,
        serviceId: null,
        code: 'ZodError',
        tries: 5,
        advice: expect.stringContaining('cannot be read'),
      },
    ]);
  });

  it('is told of by the sweep when the bus was down just then', async () => {
    await spoiledAuth(w, auth);
    await quarters(4);
    await quarter(otherProcess(w.deps, { bus: { publish: () => Promise.reject(new Error('down')) } }));
    expect(aside()).toEqual([]);
    await quarters(3);
    expect(aside()).toHaveLength(1);
    expect((await trouble())?.outbox).toEqual([]);
  });
});

describe('an outage', () => {
  const chances = seededRandom(3);
  const sometimes = (share: number) => (chances.bytes(1)[0] ?? 0) / 256 < share;
  const down = () => Promise.reject(new Error('down'));

  /** The store of a process, of whose calls a share fails. */
  const failing = (share: number): Deps => {
    const flaky = <T>(act: () => Promise<T>): Promise<T> => (sometimes(share) ? down() : act());
    const { get, insert, replace, remove, list, due } = w.deps.store;
    return otherProcess(w.deps, {
      // Whoever waits makes the time pass.
      clock: { now: w.clock.now, sleep: (milliseconds) => w.clock.advance(milliseconds) },
      store: {
        get: (collection, key) => flaky(() => get(collection, key)),
        insert: (collection, item) => flaky(() => insert(collection, item)),
        replace: (collection, item) => flaky(() => replace(collection, item)),
        remove: (collection, item) => flaky(() => remove(collection, item)),
        list: (collection, request) => flaky(() => list(collection, request)),
        due,
      },
    });
  };

  it.each([
    ['all', 1],
    ['half', 0.5],
    ['a tenth', 0.1],
  ])(
    'of the store for 2 hours, in %s of its calls, sets nothing aside and counts no try',
    async (_, share) => {
      const many = [auth];
      for (let index = 0; index < 20; index += 1) many.push(await connectedAuth(w, service));
      await w.clock.advance(hour);
      const deps = failing(share);
      let failed = 0;
      for (let round = 0; round < 8; round += 1) {
        failed += await quarter(deps);
        for (const each of many)
          await refreshDueAuths(deps, w.organizationId, { authIds: [each.id] }).catch(() => (failed += 1));
        for (const each of many) expect(await trouble(each)).toBeUndefined();
        await w.clock.advance(hour);
      }
      expect(failed).toBeGreaterThan(0);
      await quarters(10);
      for (const each of many) expect((await now(each)).state).toBe('active');
      expect(aside()).toEqual([]);
    },
  );

  it('of the store in all but the notes themselves sets nothing aside', async () => {
    const { get, replace } = w.deps.store;
    const store: Deps['store'] = {
      ...w.deps.store,
      get: (collection, key) => (collection.name === 'service' ? down() : get(collection, key)),
      replace,
    };
    expect(await quarters(8, otherProcess(w.deps, { store }))).toBe(8);
    expect(await trouble()).toBeUndefined();
  });

  it('of the store that comes with the note fails the message, so that the queue repeats it', async () => {
    await spoiledService(w, service);
    const store: Deps['store'] = {
      ...w.deps.store,
      insert: (collection, item) =>
        collection.name === 'trouble' ? down() : w.deps.store.insert(collection, item),
    };
    expect(await quarters(8, otherProcess(w.deps, { store }))).toBe(8);
    expect(await quarter()).toBe(0);
    expect((await trouble())?.tries).toBe(1);
  });

  it.each([
    ['vault', () => ({ vault: { get: down, put: down, forget: down, remove: down, removeWorkspace: down } })],
    ['bus', () => ({ bus: { publish: down } })],
  ])('of the %s sets nothing aside', async (_, ports) => {
    const attempt = {
      id: 'a'.repeat(32),
      until: w.clock.now(),
      spends: auth.credential.lineage!,
      again: false,
    };
    await amendAuth(w.deps, where(), (current) => ({ ...current, attempt }));
    await quarters(8, otherProcess(w.deps, ports()));
    expect(await trouble()).toBeUndefined();
    await quarters(8);
    expect([(await now()).state, (await now()).setAsideAt]).toEqual(['active', undefined]);
  });
});

describe('an auth that is set aside', () => {
  let repair: () => Promise<void>;
  const setAside = async () => {
    repair = await spoiledService(w, service);
    await quarters(5);
    expect((await now()).setAsideAt).toBeDefined();
  };

  it('shows it, and the list finds it', async () => {
    const second = await connectedAuth(w, await oauth2Service(w, { name: 'Sound' }));
    await setAside();
    await repair();
    expect(await describeAuth(w.deps, await now())).toMatchObject({
      state: 'failing',
      failure: { code: 'set_aside' },
      setAsideAt: new Date(w.clock.now()).toISOString(),
    });
    const list = async (value: 'true' | 'false') =>
      (await listAuths(w.deps, { ...where(), query: { limit: 50, setAside: value } })).items.map(
        ({ id }) => id,
      );
    expect(await list('true')).toEqual([auth.id]);
    expect(await list('false')).toEqual([second.id]);
  });

  it('is used while its token lasts, and tried by callers when it is over, not by old messages', async () => {
    w.http.answers(countingTokens({ expires_in: 86_400 }));
    auth = await connectedAuth(w, service);
    await w.clock.advance(day - 25 * minute);
    const broken = await spoiledService(w, service);
    await amendAuth(w.deps, where(), (current) => ({ ...current, refreshAt: w.clock.now() - 2 * hour }));
    for (let round = 0; round < 5; round += 1) {
      await w.clock.advance(minute);
      await refreshDueAuths(w.deps, w.organizationId, { authIds: [auth.id] });
    }
    expect((await now()).setAsideAt).toBeDefined();
    await broken();
    const before = calls();
    expect((await freshCredential(w.deps, where())).credential.version).toBe(auth.credential.version);
    await w.clock.advance(20 * minute);
    await refreshDueAuths(w.deps, w.organizationId, { authIds: [auth.id] });
    expect(calls()).toBe(before);
    expect(await freshCredential(w.deps, where())).toMatchObject({ state: 'active' });
    expect(calls()).toBe(before + 1);
    expect((await now()).setAsideAt).toBeUndefined();
    expect(await isDue()).toBe(true);
    expect(told(w, 'auth.recovered')).toHaveLength(1);
  });

  it('comes back by a refresh that succeeds: recovered, due again, the trouble forgotten', async () => {
    await setAside();
    await expect(refreshNow(w.deps, where())).rejects.toThrow();
    expect([(await now()).setAsideAt !== undefined, (await trouble())?.tries]).toEqual([true, 5]);
    await repair();
    expect(await refreshNow(w.deps, where())).toMatchObject({ state: 'active' });
    expect((await now()).failure).toBeUndefined();
    expect((await now()).setAsideAt).toBeUndefined();
    expect(await isDue()).toBe(true);
    expect(await trouble()).toBeUndefined();
    expect(told(w, 'auth.recovered')).toHaveLength(1);
  });

  it.each([
    [503, { error: 'busy' }, 'refresh_failed', 'failing', true],
    [400, { error: 'invalid_grant' }, 'needs_reconnect', 'needs_reconnect', false],
    [401, { error: 'invalid_client' }, 'refresh_failed', 'failing', true],
  ])(
    'comes back by a refresh that the provider judges with %i %o',
    async (status, body, code, state, due) => {
      await setAside();
      await repair();
      w.http.answers(() => jsonAnswer(status, body));
      await expect(refreshNow(w.deps, where())).rejects.toMatchObject({ code });
      const after = await now();
      expect([after.state, after.setAsideAt, after.failure?.code === 'set_aside' && due]).toEqual([
        state,
        undefined,
        false,
      ]);
      expect(await isDue()).toBe(due);
      expect(await trouble()).toBeUndefined();
      expect(told(w, 'auth.refresh_failed')).toEqual([]);
    },
  );

  it('comes back sound when there is nothing to renew it with and its token is good', async () => {
    w.http.answers(countingTokens({ expires_in: 86_400, refresh_token: undefined }));
    auth = await connectedAuth(w, service);
    await amendAuth(w.deps, where(), (current) => ({ ...current, refreshAt: w.clock.now() }));
    await setAside();
    await repair();
    expect(await refreshNow(w.deps, where())).toMatchObject({ state: 'active' });
    expect((await now()).failure).toBeUndefined();
    expect(told(w, 'auth.recovered')).toHaveLength(1);
    expect(await isDue()).toBe(true);
  });

  it('comes back by a new consent', async () => {
    await setAside();
    await repair();
    const { state } = await opened(w, { serviceId: service.id, authId: auth.id });
    await completeConnect(w.deps, { query: callback(state), redirectUri });
    expect(await now()).toMatchObject({ state: 'active', epoch: 2 });
    expect((await now()).setAsideAt).toBeUndefined();
    expect(await isDue()).toBe(true);
    expect(await trouble()).toBeUndefined();
  });

  it('comes back with all others of its workspace, each once and spread over five minutes', async () => {
    const many = [auth];
    for (let index = 0; index < 20; index += 1) many.push(await connectedAuth(w, service));
    const sound = await connectedAuth(w, await oauth2Service(w, { name: 'Sound' }));
    const spoiled = await connectedAuth(w, await oauth2Service(w, { name: 'Spoiled' }));
    await spoiledAuth(w, spoiled);
    await w.clock.advance(30 * minute);
    await setAside();
    await quarters(5);
    await repair();
    const { refreshAt } = await now(sound);
    expect(await restoreSetAside(w.deps, where())).toBe(21);
    expect(await restoreSetAside(w.deps, where())).toBe(0);
    const times = await Promise.all(
      many.map(async (each) => ((await now(each)).refreshAt ?? 0) - w.clock.now()),
    );
    expect(Math.min(...times)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...times)).toBeLessThan(5 * minute);
    expect(new Set(times).size).toBeGreaterThan(15);
    expect((await now(sound)).refreshAt).toBe(refreshAt);
    await quarter();
    for (const each of many) expect((await now(each)).state).toBe('active');
    expect(told(w, 'auth.recovered')).toHaveLength(21);
  });

  it('that was restored is renewed by a call at once, and set aside and told of again when it fails on', async () => {
    await setAside();
    await restoreSetAside(w.deps, where());
    await quarters(6);
    expect(aside()).toHaveLength(2);
    await restoreSetAside(w.deps, where());
    await repair();
    expect(await freshCredential(w.deps, where())).toMatchObject({ state: 'active' });
  });

  it('keeps the lease of a call that renews it just now: its refresh token is not spent twice', async () => {
    await setAside();
    await repair();
    await w.clock.advance(hour);
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const answers = countingTokens();
    const before = calls();
    w.http.answers(() => promise.then(answers));
    const first = freshCredential(w.deps, where());
    await turns();
    expect(await restoreSetAside(w.deps, where())).toBe(1);
    const second = freshCredential(otherProcess(w.deps), where());
    await turns();
    resolve(undefined);
    const [one, other] = await passing(w.clock, Promise.all([first, second]));
    expect(other.credential.version).toBe(one.credential.version);
    expect(calls()).toBe(before + 1);
  });

  it('gives up a lease whose holder is gone when it is restored, and keeps its intent', async () => {
    await setAside();
    const attempt = { id: 'b'.repeat(32), spends: auth.credential.lineage!, again: false };
    await amendAuth(w.deps, where(), (current) => ({
      ...current,
      attempt: { ...attempt, until: w.clock.now() },
    }));
    await restoreSetAside(w.deps, where());
    expect((await now()).attempt).toEqual({ ...attempt, until: 0 });
  });

  it('is still told of when its end is near, and still deleted', async () => {
    const demo = await umbrella(w, { verification: { status: 'demo', authLifetimeSeconds: 7 * 86_400 } });
    service = await oauth2Service(w, { umbrellaId: demo.id });
    auth = await connectedAuth(w, service);
    await w.clock.advance(hour);
    await setAside();
    await repair();
    expect(auths.place(await now()).due).toMatchObject({ act: 'expiry' });
    await w.clock.advance(4 * day);
    await tellEnding(w.deps, where());
    expect(told(w, 'auth.expiring')).toHaveLength(1);
    const stuck = otherProcess(w.deps, {
      vault: { ...w.deps.vault, remove: () => Promise.reject(new Error('gone')) },
    });
    await expect(removeAuth(stuck, { ...where(), ifMatch: undefined })).rejects.toThrow('gone');
    expect(auths.place(await now()).due).toMatchObject({ act: 'removal' });
  });

  it('and is restored while a call renews it keeps the lease: its refresh token is not spent a second time', async () => {
    await setAside();
    await repair();
    await w.clock.advance(hour);
    const { promise, resolve } = Promise.withResolvers<IncomingResponse>();
    w.http.answers(() => promise);
    const before = calls();
    const first = freshCredential(w.deps, where());
    await turns();
    await restoreSetAside(w.deps, where());
    const second = freshCredential(otherProcess(w.deps), where());
    await turns();
    expect(calls()).toBe(before + 1);
    resolve(countingTokens()());
    const [{ state }] = await passing(w.clock, Promise.all([first, second]));
    expect([state, calls()]).toEqual(['active', before + 1]);
  });
});
