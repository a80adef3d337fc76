import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { authKey, auths, type Auth } from '#shared/domain/auths/auth.ts';
import { completeConnect } from '#shared/domain/connect/complete.ts';
import { PageQuery } from '#shared/domain/inputs.ts';
import type { Service } from '#shared/domain/services/service.ts';
import { flushOutbox } from '#shared/domain/schedule/flush-outboxes.ts';
import { countAllUsers, countUser, leavePlaces } from '#shared/domain/umbrellas/count-users.ts';
import { describeUmbrella, listUmbrellas } from '#shared/domain/umbrellas/describe.ts';
import { followUsers } from '#shared/domain/umbrellas/follow-users.ts';
import { getUmbrella } from '#shared/domain/umbrellas/get.ts';
import { setVerification } from '#shared/domain/umbrellas/set-verification.ts';
import { UmbrellaEdit, type Umbrella } from '#shared/domain/umbrellas/umbrella.ts';
import { updateUmbrella } from '#shared/domain/umbrellas/update.ts';
import { countedAuths, countedUsers, usageKey, usages } from '#shared/domain/umbrellas/usage.ts';
import { newId } from '#shared/ids.ts';
import type { Deps, Store } from '#shared/ports.ts';
import { otherProcess, turns, world, type World } from '../../../support/deps.ts';
import {
  actor,
  callback,
  connectedAuth,
  countingTokens,
  makeAuth,
  oauth2Service,
  opened,
  redirectUri,
  umbrella,
} from '../../../support/nouns.ts';

let w: World;
let over: Umbrella;
let service: Service;
let heard: number;

const begin = async (input: Parameters<typeof umbrella>[1] = {}) => {
  w = await world();
  w.http.answers(countingTokens());
  over = await umbrella(w, { consoleUrl: 'https://console.acme.example', userCap: 5, ...input });
  service = await oauth2Service(w, { umbrellaId: over.id });
  heard = 0;
};
beforeEach(() => begin());

/** Lets the reaction take all events that it has not taken yet. */
const settle = async (deps: Deps = w.deps) => {
  for (; heard < w.bus.events.length; heard += 1) await followUsers(deps, w.bus.events[heard]!);
};

const make = (endUserId?: string): Promise<Auth> =>
  makeAuth(w, { serviceId: service.id, credential: { accessToken: 'at' }, endUserId });
const connect = async (...users: readonly string[]) => {
  for (const user of users) await make(user);
  await settle();
};

const where = () => ({ organizationId: w.organizationId, umbrellaId: over.id });
const ref = ({ id }: Pick<Auth, 'id'>) => ({ organizationId: w.organizationId, authId: id });
const now = () => getUmbrella(w.deps, where());
const users = async () => (await describeUmbrella(w.deps, await now())).users;
const edit = async (input: unknown) => {
  await updateUmbrella(w.deps, { ...where(), input: UmbrellaEdit.parse(input), ifMatch: undefined });
  await settle();
};
const record = async (status: Umbrella['verification']['status']) => {
  await setVerification(w.deps, { by: actor(w), umbrellaId: over.id, input: { status }, ifMatch: undefined });
  await settle();
};
const drop = async (auth: Auth) => {
  await w.deps.store.remove(auths, (await w.deps.store.get(auths, authKey(w.organizationId, auth.id)))!);
  await leavePlaces(w.deps, ref(auth));
};
const near = () => w.bus.events.filter(({ type }) => type === 'umbrella.cap_near').map(({ data }) => data);
const shares = () => near().map(({ share, count, cap }) => [share, count, cap]);

describe('who counts against the cap of an umbrella', () => {
  it('is each end user once, however many auths they have', async () => {
    await connect('ann', 'ben', 'ann', 'ann', 'cleo');
    expect(await users()).toEqual({ count: 3, cap: 5 });
  });

  it('is told by the account where the platform names no end user, and else each auth is somebody', async () => {
    await connect('ann');
    const [first, second, third] = [await make(), await make(), await make()];
    for (const auth of [first, second])
      await w.deps.store.replace(auths, {
        ...(await w.deps.store.get(auths, authKey(w.organizationId, auth.id)))!,
        account: 'x@acme.example',
      });
    await settle();
    expect((await users()).count).toBe(3);
    expect(third.account).toBeUndefined();
    expect(w.store.keys().join('')).not.toContain('acme.example');
  });

  it('is counted across all services under it', async () => {
    await connect('ann');
    service = await oauth2Service(w, { umbrellaId: over.id });
    await connect('ann', 'ben');
    expect((await users()).count).toBe(2);
  });

  it('is nobody new when an auth is connected again, also when its account is known by then', async () => {
    const auth = await connectedAuth(w, service);
    await settle();
    await w.deps.store.replace(auths, {
      ...(await w.deps.store.get(auths, authKey(w.organizationId, auth.id)))!,
      account: 'ann',
    });
    const { state } = await opened(w, { serviceId: service.id, authId: auth.id });
    await completeConnect(w.deps, { query: callback(state), redirectUri });
    await settle();
    expect((await users()).count).toBe(1);
  });

  it('is nobody who connected while the provider had verified the application, also after that is lost', async () => {
    await record('verified');
    await connect('ann', 'ben');
    expect((await users()).count).toBe(0);
    await w.clock.advance(1000);
    await record('demo');
    const flagged = await w.deps.store.list(auths, {
      index: 'grouped',
      partition: `ORG#${w.organizationId}#SVC#${service.id}#auths`,
      limit: 9,
    });
    for (const auth of flagged.items) {
      await w.deps.store.replace(auths, { ...auth, atRisk: { umbrellaId: over.id, status: 'demo' } });
      await countUser(w.deps, ref(auth));
    }
    await edit({ userCap: 4 });
    expect((await users()).count).toBe(0);
    await connect('cleo');
    expect((await users()).count).toBe(1);
  });

  it('is nobody of another umbrella, of no umbrella, or of an auth that is gone', async () => {
    const other = await umbrella(w);
    await connect('ann');
    const own = service;
    service = await oauth2Service(w, { umbrellaId: other.id });
    await connect('ben');
    service = await oauth2Service(w);
    await connect('cleo');
    service = own;
    const gone = await make('dan');
    await w.deps.store.remove(auths, (await w.deps.store.get(auths, authKey(w.organizationId, gone.id)))!);
    await settle();
    expect((await users()).count).toBe(1);
    const all = await listUmbrellas(w.deps, { organizationId: w.organizationId, query: PageQuery.parse({}) });
    expect(all.items.map((item) => item.users).toSorted((a, b) => (b.cap ?? 0) - (a.cap ?? 0))).toEqual([
      { count: 1, cap: 5 },
      { count: 1, cap: null },
    ]);
  });

  it('stays when their auths are deleted, for most providers give no place free again', async () => {
    const auth = await make('ann');
    await connect('ben');
    await drop(auth);
    expect((await users()).count).toBe(2);
  });

  it('leaves with their last auth where the provider gives places free again', async () => {
    await edit({ capFrees: true });
    const [first, second] = [await make('ann'), await make('ann')];
    await connect('ben');
    await drop(first);
    await leavePlaces(w.deps, ref(first));
    expect((await users()).count).toBe(2);
    await drop(second);
    expect((await users()).count).toBe(1);
    await connect('ann');
    expect((await users()).count).toBe(2);
    await edit({ capFrees: false });
    expect((await users()).count).toBe(2);
  });

  it('is found also among auths of before people were counted, when a cap is set', async () => {
    await begin({ userCap: undefined });
    for (const user of ['ann', 'ben', 'ben', 'cleo']) await make(user);
    heard = w.bus.events.length;
    expect(await users()).toEqual({ count: 0, cap: null });
    await edit({ userCap: 3 });
    expect(await users()).toEqual({ count: 3, cap: 3 });
    expect(shares().at(-1)).toEqual([100, 3, 3]);
    await countAllUsers(w.deps, where());
    expect((await users()).count).toBe(3);
  });
});

describe('the alert of a cap', () => {
  it('comes once at 80 % and once at 100 %, with what to do and where, and blocks nothing (R41, R44)', async () => {
    await connect('a', 'b', 'c');
    expect(near()).toEqual([]);
    await connect('d', 'd');
    expect(shares()).toEqual([[80, 4, 5]]);
    await connect('e', 'f', 'g');
    expect(shares()).toEqual([
      [80, 4, 5],
      [100, 5, 5],
    ]);
    expect(near()[0]).toMatchObject({
      umbrellaId: over.id,
      advice: expect.stringContaining('verified'),
      link: 'https://console.acme.example',
    });
    expect(await users()).toEqual({ count: 7, cap: 5 });
  });

  it('comes again only after a higher cap was far and is near again', async () => {
    await connect('a', 'b', 'c', 'd');
    await edit({ userCap: 6 });
    await edit({ userCap: 5 });
    expect(shares()).toEqual([
      [80, 4, 5],
      [80, 4, 5],
    ]);
    await edit({ name: 'Renamed' });
    await edit({ userCap: 4 });
    await edit({ userCap: 5 });
    await edit({ userCap: 4 });
    expect(shares().slice(2)).toEqual([
      [100, 4, 4],
      [100, 4, 4],
    ]);
  });

  it('does not come without a cap, or while the application is verified', async () => {
    await edit({ userCap: null });
    await connect('a', 'b', 'c', 'd', 'e');
    expect([near(), await users()]).toEqual([[], { count: 5, cap: null }]);
    await record('verified');
    await edit({ userCap: 5 });
    expect(near()).toEqual([]);
    await w.clock.advance(1000);
    await record('rejected');
    expect(shares()).toEqual([[100, 5, 5]]);
  });

  it('is told after all when the bus did not take it', async () => {
    for (const user of ['a', 'b', 'c', 'd']) await make(user);
    await settle(otherProcess(w.deps, { bus: { publish: () => Promise.reject(new Error('down')) } }));
    expect(near()).toEqual([]);
    const key = usageKey(w.organizationId, over.id);
    const at = usages.place((await w.deps.store.get(usages, key))!).due;
    expect(at).toMatchObject({ act: 'outbox' });
    await flushOutbox(w.deps, { collection: usages.name, ...key });
    expect(shares()).toEqual([[80, 4, 5]]);
  });
});

/** A store whose process dies at its nth write, before or after it is done. */
const mortal = (inner: Store, at: number, after: boolean): Store => {
  let writes = 0;
  const write = async <T>(act: () => Promise<T>): Promise<T> => {
    writes += 1;
    if (writes < at) return act();
    if (writes === at && after) await act();
    throw new Error('gone');
  };
  return {
    ...inner,
    insert: (collection, item) => write(() => inner.insert(collection, item)),
    replace: (collection, item) => write(() => inner.replace(collection, item)),
    remove: (collection, item) => write(() => inner.remove(collection, item)),
  };
};

const dies = (deps: Deps, at: number, after: boolean): Deps =>
  otherProcess(deps, { store: mortal(deps.store, at, after) });

const distinct = () => [
  ...new Set(w.bus.events.filter(({ type }) => type === 'umbrella.cap_near').map(({ id }) => id)),
];

/** What counts at every moment must be what stands in the items, or the entry that is on its way there. */
const counts = async () => {
  const { taken, present } = (await w.deps.store.get(usages, usageKey(w.organizationId, over.id)))!;
  return { taken, present };
};

describe('a count whose process dies', () => {
  const places = [1, 2, 3, 4, 5].flatMap((at) => [
    [at, 'before', false] as const,
    [at, 'after', true] as const,
  ]);

  it.each(places)('at its write %s, %s it was done, is neither lost nor doubled', async (at, _, after) => {
    const some = [await make('a'), await make('b'), await make('b'), await make('c'), await make('d')];
    for (const auth of some) {
      await countUser(dies(w.deps, at, after), ref(auth)).catch(() => undefined);
      // Somebody else may come before the message does again.
      await countUser(dies(w.deps, at, after), ref(some[0]!)).catch(() => undefined);
    }
    for (const auth of [...some, ...some]) await countUser(w.deps, ref(auth));
    expect(await counts()).toEqual({ taken: 4, present: 4 });
    const first = some[1]!;
    await w.deps.store.remove(auths, (await w.deps.store.get(auths, authKey(w.organizationId, first.id)))!);
    await leavePlaces(dies(w.deps, at, after), ref(first)).catch(() => undefined);
    await leavePlaces(w.deps, ref(first));
    expect(await counts()).toEqual({ taken: 4, present: 4 });
    await drop(some[2]!);
    await drop(some[3]!);
    expect(await counts()).toEqual({ taken: 4, present: 2 });
    await flushOutbox(w.deps, { collection: usages.name, ...usageKey(w.organizationId, over.id) });
    expect(distinct()).toHaveLength(1);
  });
});

describe('a count over which many meet', () => {
  /** A store far away: each answer takes its own time. */
  const distant = (inner: Store, delays: () => number): Store => {
    const late = async <T>(act: () => Promise<T>): Promise<T> => {
      await turns(delays());
      const answer = await act();
      await turns(delays());
      return answer;
    };
    return {
      ...inner,
      get: (collection, key) => late(() => inner.get(collection, key)),
      insert: (collection, item) => late(() => inner.insert(collection, item)),
      replace: (collection, item) => late(() => inner.replace(collection, item)),
      list: (collection, request) => late(() => inner.list(collection, request)),
    };
  };

  interface Act {
    readonly auth: number;
    readonly what: string;
    readonly dies: readonly [number, boolean] | null;
  }
  const act: fc.Arbitrary<Act> = fc.record({
    auth: fc.nat(11),
    what: fc.constantFrom('connected', 'connected', 'deleted'),
    dies: fc.option(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.boolean()), { freq: 2 }),
  });

  it('is what a plain set says, however they meet and die', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(act, { minLength: 1, maxLength: 4 }), { maxLength: 8 }),
        fc.nat(),
        async (rounds, seed) => {
          await begin();
          const template = await make('a');
          const made = Array.from({ length: 12 }, (_, index) => ({
            ...template,
            id: newId('auth', w.deps),
            endUserId: `user-${index % 5}`,
            revision: 0,
          }));
          for (const auth of made) await w.deps.store.insert(auths, auth);
          let next = seed;
          const delays = () => (next = (next * 1_103_515_245 + 12_345) % 2 ** 31) % 3;
          const far = otherProcess(w.deps, { store: distant(w.deps.store, delays) });
          const [connected, deleted, counted] = [new Set<number>(), new Set<number>(), new Set<number>()];
          const run = async (of: Act) => {
            const auth = made[of.auth]!;
            const deps = of.dies ? dies(far, of.dies[0], of.dies[1]) : far;
            if (of.what === 'connected') {
              connected.add(of.auth);
              if (!deleted.has(of.auth)) counted.add(of.auth);
              return countUser(deps, ref(auth)).catch(() => undefined);
            }
            if (!deleted.has(of.auth)) {
              deleted.add(of.auth);
              const current = await w.deps.store.get(auths, authKey(w.organizationId, auth.id));
              await w.deps.store.remove(auths, current!);
            }
            return leavePlaces(deps, ref(auth)).catch(() => undefined);
          };
          for (const round of rounds) {
            // An auth whose deletion meets its counting may be counted or not; both are right, so each comes once to a round.
            const once = round.filter(
              ({ auth }, index) => round.findIndex((other) => other.auth === auth) === index,
            );
            await Promise.all(once.map(run));
            // Messages come again until they are done.
            for (const of of once) await run({ ...of, dies: null });
          }
          const who = (indexes: Iterable<number>) => new Set([...indexes].map((index) => index % 5)).size;
          const left = [...counted].filter((index) => !deleted.has(index));
          const expected = { taken: who(counted), present: who(left) };
          if (counted.size === 0) return;
          expect(await counts()).toEqual(expected);
          await flushOutbox(w.deps, { collection: usages.name, ...usageKey(w.organizationId, over.id) });
          const told = expected.taken >= 5 ? 2 : Number(expected.taken >= 4);
          expect(distinct()).toHaveLength(told);
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);

  it('notes that an auth is gone also while its count is only half written down', async () => {
    for (const at of [1, 2, 3, 4]) {
      await begin();
      const auth = await make('ann');
      await countUser(dies(w.deps, at, true), ref(auth)).catch(() => undefined);
      await drop(auth);
      await countUser(w.deps, ref(auth));
      expect(await counts()).toEqual({ taken: 1, present: 0 });
    }
  });

  it('is not set back by who was slow to carry an entry over', async () => {
    const auth = await make('ann');
    const other = await make('ben');
    let late = true;
    const { insert } = w.deps.store;
    const slow = otherProcess(w.deps, {
      store: {
        ...w.deps.store,
        insert: async (collection, item) => {
          if (collection.name === countedUsers.name && late) {
            late = false;
            await drop(auth);
            await countUser(w.deps, ref(other));
          }
          return insert(collection, item);
        },
      },
    });
    await countUser(slow, ref(auth));
    expect(await counts()).toEqual({ taken: 2, present: 1 });
    await connect('ann');
    expect(await counts()).toEqual({ taken: 2, present: 2 });
  });

  it('counts an auth that is deleted in the same moment as gone', async () => {
    await edit({ capFrees: true });
    const auth = await make('ann');
    const { insert } = w.deps.store;
    const deps = otherProcess(w.deps, {
      store: {
        ...w.deps.store,
        insert: async (collection, item) => {
          if (collection.name === countedAuths.name) await drop(auth);
          return insert(collection, item);
        },
      },
    });
    await countUser(deps, ref(auth));
    expect(await counts()).toEqual({ taken: 1, present: 0 });
  });
});
