import { beforeEach, describe, expect, it } from '@jest/globals';
import { reactions } from '#functions/reactions.ts';
import { RefreshDue } from '#shared/domain/auths/due-events.ts';
import { freshCredential } from '#shared/domain/auths/fresh-credential.ts';
import { givePassBack, passMilliseconds, takePass } from '#shared/domain/auths/passes.ts';
import { refreshDueAuths } from '#shared/domain/auths/refresh-due.ts';
import { dueEvents } from '#shared/domain/schedule/due-events.ts';
import { sweep, sweepFromStart } from '#shared/domain/schedule/sweep.ts';
import { ServiceInput } from '#shared/domain/services/definition.ts';
import type { LatchkeyEvent } from '#shared/events.ts';
import type { Deps, OutgoingRequest } from '#shared/ports.ts';
import {
  hour,
  memoryPorts,
  minute,
  otherProcess,
  passing,
  start,
  turns,
  world,
  type World,
} from '../../../support/deps.ts';
import { authNow, makeAuth, oauth2Document, oauth2Service } from '../../../support/nouns.ts';
import { jsonAnswer } from '../../../support/watched.ts';

let w: World;

beforeEach(async () => {
  w = await world();
});

const tokenUrlOf = (name: string) => `https://${name}.example/oauth/token`;

/** A service with a token endpoint of its own. */
const service = (name: string, refresh: Readonly<Record<string, unknown>> = {}) =>
  oauth2Service(w, { name, auth: { tokenUrl: tokenUrlOf(name), refresh } });

/** Auths of a service whose renewal is due in half an hour or so. */
const authsOf = async (serviceId: string, count: number): Promise<readonly string[]> => {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const credential = {
      accessToken: 'at',
      refreshToken: `rt-${serviceId}-${index}`,
      expiresAt: new Date(start + hour).toISOString(),
    };
    ids.push((await makeAuth(w, { serviceId, name: 'Main', credential })).id);
  }
  return ids;
};

/** A provider that takes its time; what it saw is told by token endpoint. */
const provider = (takes: (url: string) => number) => {
  const seen = new Map<string, { now: number; most: number; all: number; last: number }>();
  const at = (name: string) => {
    const known = seen.get(tokenUrlOf(name)) ?? { now: 0, most: 0, all: 0, last: 0 };
    seen.set(tokenUrlOf(name), known);
    return known;
  };
  const answer = async ({ url }: OutgoingRequest) => {
    const name = new URL(url).hostname.replace('.example', '');
    const mine = at(name);
    mine.now += 1;
    mine.all += 1;
    mine.most = Math.max(mine.most, mine.now);
    await w.clock.sleep(takes(name));
    mine.now -= 1;
    mine.last = w.clock.now();
    return jsonAnswer(200, {
      access_token: `at-${mine.all}`,
      refresh_token: `${name}-${mine.all}`,
      expires_in: 36_000,
    });
  };
  w.http.answers(answer);
  return at;
};

const isDue = ({ type }: LatchkeyEvent) => type === RefreshDue.type;

/** Processes that take the messages of the bus in their order until nothing is left; a message that failed comes again. */
const crew = async (count: number, ports: Partial<Deps> = {}) => {
  const again: LatchkeyEvent[] = [];
  let taken = 0;
  let busy = 0;
  const next = () => again.shift() ?? w.bus.events.filter(isDue)[taken++];
  const worker = async () => {
    const deps = otherProcess(w.deps, ports);
    for (;;) {
      const message = next();
      if (!message) {
        taken -= 1;
        if (busy === 0) return;
        await w.clock.sleep(20);
        continue;
      }
      busy += 1;
      const data = RefreshDue.data.parse(message.data);
      await refreshDueAuths(deps, message.organizationId, data).catch(() => again.push(message));
      busy -= 1;
    }
  };
  await Promise.all(Array.from({ length: count }, worker));
};

const ask = (serviceId: string | undefined, ids: readonly string[]) => {
  const entries = ids.map((id) => ({
    collection: 'auth',
    key: { partition: `ORG#${w.organizationId}#AUTH#${id}`, sort: 'AUTH' },
    at: start,
    act: 'refresh',
    of: serviceId,
  }));
  return w.deps.bus.publish(dueEvents(w.deps, entries));
};

const renewed = async (ids: readonly string[]) => {
  const all = await Promise.all(ids.map((id) => authNow(w, id)));
  return all.filter(({ credential: { accessExpiresAt = 0 } }) => accessExpiresAt > start + hour).length;
};

/** For how many calls passes are out. */
const out = async (serviceId: string) => {
  const taken = await takePass(
    w.deps,
    { organizationId: w.organizationId, serviceId },
    { cap: 1000, calls: 1000 },
  );
  if (!taken) throw new Error('There is no limit of a thousand.');
  await givePassBack(w.deps, { organizationId: w.organizationId, serviceId }, taken);
  return 1000 - taken.calls;
};

describe('the cap on renewals of a service', () => {
  it.each([
    { says: {}, cap: 50 },
    { says: { concurrency: 30 }, cap: 30 },
    { says: { concurrency: 1 }, cap: 1 },
  ])('is never passed by eight workers and is made use of: $cap', async ({ says, cap }) => {
    const { id } = await service('acme', says);
    const ids = await authsOf(id, cap === 1 ? 12 : 400);
    const at = provider(() => 300);
    await w.clock.advance(hour - minute);
    await sweep(w.deps);
    expect(w.bus.events.filter(isDue).flatMap(({ data }) => data['authIds'])).toHaveLength(ids.length);
    await passing(w.clock, crew(8), 50);
    expect(at('acme')).toMatchObject({ most: cap, all: ids.length });
    expect(await renewed(ids)).toBe(ids.length);
    expect(await out(id)).toBe(0);
  });

  it('is one write to take part and one to leave, however many auths a message holds', async () => {
    const { id } = await service('acme');
    const ids = await authsOf(id, 50);
    provider(() => 300);
    await w.clock.advance(hour - minute);
    let writes = 0;
    const counting = <T>(name: string, write: Promise<T>) => {
      if (name === 'passes') writes += 1;
      return write;
    };
    const { store } = w.deps;
    const deps = otherProcess(w.deps, {
      store: {
        ...store,
        insert: (collection, item) => counting(collection.name, store.insert(collection, item)),
        replace: (collection, item) => counting(collection.name, store.replace(collection, item)),
      },
    });
    await passing(w.clock, refreshDueAuths(deps, w.organizationId, { authIds: ids, serviceId: id }));
    expect(await renewed(ids)).toBe(50);
    expect(writes).toBe(2);
  });

  it('does not count the pass of a worker that is gone for longer than the pass lasts', async () => {
    const { id } = await service('acme', { concurrency: 20 });
    const ids = await authsOf(id, 30);
    const at = provider(() => 300);
    await w.clock.advance(hour - minute);
    const dead = otherProcess(w.deps, { http: { send: () => new Promise(() => undefined) } });
    void refreshDueAuths(dead, w.organizationId, { authIds: ids.slice(0, 20), serviceId: id });
    await turns();
    expect(await out(id)).toBe(20);
    const died = w.clock.now();
    await ask(id, ids.slice(20));
    await passing(w.clock, crew(1), 500);
    expect(at('acme')).toMatchObject({ all: 10 });
    expect(at('acme').last - died).toBeGreaterThan(passMilliseconds - 5000);
    expect(at('acme').last - died).toBeLessThan(passMilliseconds + 5000);
    await ask(id, ids.slice(0, 20));
    await passing(w.clock, crew(1), 500);
    expect(await renewed(ids)).toBe(30);
  });

  it('of a service that is saturated keeps others waiting for less than five seconds', async () => {
    const slow = await service('slow', { concurrency: 1 });
    const quick = await service('quick');
    const [slowIds, quickIds] = [await authsOf(slow.id, 60), await authsOf(quick.id, 50)];
    const at = provider((name) => (name === 'slow' ? 2000 : 300));
    await w.clock.advance(hour - minute);
    for (const one of slowIds) await ask(slow.id, [one]);
    await ask(quick.id, quickIds);
    const asked = w.clock.now();
    await passing(w.clock, crew(8), 50);
    expect(at('quick').last - asked).toBeLessThan(5000);
    expect(at('slow')).toMatchObject({ most: 1, all: 60 });
    expect(await renewed([...slowIds, ...quickIds])).toBe(110);
  });

  it('lets no messages gather while a service is saturated for hours: each ends, and the sweep asks again', async () => {
    const { id } = await service('acme', { concurrency: 1 });
    const ids = await authsOf(id, 5);
    await w.clock.advance(hour - minute);
    let waiting: LatchkeyEvent[] = [];
    const lives: number[] = [];
    for (let minutes = 0; minutes < 120; minutes += 1) {
      // Somebody else is always there first.
      await takePass(w.deps, { organizationId: w.organizationId, serviceId: id }, { cap: 1, calls: 1 });
      const before = w.bus.events.length;
      if (minutes % 15 === 0) await sweepFromStart(w.deps);
      for (const { organizationId, data } of waiting)
        await passing(w.clock, refreshDueAuths(w.deps, organizationId, RefreshDue.data.parse(data)));
      waiting = w.bus.events.slice(before).filter(isDue);
      lives.push(waiting.length);
      await w.clock.advance(minute);
    }
    expect(Math.min(...lives)).toBe(1);
    expect(Math.max(...lives)).toBe(2);
    expect(waiting.flatMap(({ data }) => data['authIds'])).toEqual(expect.arrayContaining([...ids]));
  });

  it('loses none of what is asked for again, even when the bus does not take it at first', async () => {
    const { id } = await service('acme', { concurrency: 2 });
    const ids = await authsOf(id, 40);
    provider(() => 300);
    await w.clock.advance(hour - minute);
    for (let first = 0; first < ids.length; first += 5) await ask(id, ids.slice(first, first + 5));
    let calls = 0;
    const flaky: Deps['bus'] = {
      publish: (events) => {
        calls += 1;
        return calls % 3 === 0 ? Promise.reject(new Error('down')) : w.deps.bus.publish(events);
      },
    };
    await passing(w.clock, crew(8, { bus: flaky }), 50);
    expect(await renewed(ids)).toBe(40);
  });

  it('lets a worker begin nothing that its pass could end before; the rest is asked for again', async () => {
    const { id } = await service('acme', { concurrency: 1 });
    const ids = await authsOf(id, 5);
    const at = provider(() => 58_000);
    await w.clock.advance(hour - 5 * minute);
    const began = w.clock.now();
    await passing(w.clock, refreshDueAuths(w.deps, w.organizationId, { authIds: ids, serviceId: id }), 1000);
    expect(w.clock.now() - began).toBeLessThan(passMilliseconds);
    expect(at('acme').all).toBe(2);
    const [asked] = w.bus.events.filter(isDue);
    const since = new Date(w.clock.now()).toISOString();
    expect(asked?.data).toEqual({ authIds: ids.slice(2), serviceId: id, since });
  });

  it('does not hold renewals that a call waits for', async () => {
    const { id } = await service('acme', { concurrency: 1 });
    const ids = await authsOf(id, 2);
    const at = provider(() => 1000);
    await w.clock.advance(hour);
    const waitedFor = freshCredential(w.deps, { organizationId: w.organizationId, authId: ids[0]! });
    const scheduled = refreshDueAuths(otherProcess(w.deps), w.organizationId, {
      authIds: ids.slice(1),
      serviceId: id,
    });
    await passing(w.clock, Promise.all([waitedFor, scheduled]), 50);
    expect(at('acme')).toMatchObject({ most: 2, all: 2 });
  });

  it('is none for generic auths and for messages of before, of which a worker renews 20 side by side', async () => {
    const { id } = await service('acme', { concurrency: 1 });
    const ids = await authsOf(id, 45);
    const at = provider(() => 300);
    await w.clock.advance(hour - minute);
    await passing(w.clock, refreshDueAuths(w.deps, w.organizationId, { authIds: ids }), 50);
    expect(at('acme')).toMatchObject({ most: 20, all: 45 });
  });

  it('is a whole number from 1 to 500', () => {
    const parse = (concurrency: unknown) =>
      ServiceInput.safeParse(oauth2Document({ auth: { refresh: { concurrency } } })).success;
    expect([0, 1, 500, 501, 1.5, '5'].map(parse)).toEqual([false, true, true, false, false, false]);
  });
});

describe('a pass', () => {
  const of = { organizationId: `org_${'1'.repeat(26)}`, serviceId: `svc_${'1'.repeat(26)}` };

  it('is for what is wanted, or for what is free, and for nobody when nothing is', async () => {
    const { deps } = memoryPorts();
    const calls = async (wanted: number) => (await takePass(deps, of, { cap: 50, calls: wanted }))?.calls;
    expect([await calls(20), await calls(20), await calls(20), await calls(20)]).toEqual([
      20,
      20,
      10,
      undefined,
    ]);
  });

  it('is not for more than is free when many take one at once', async () => {
    const { deps } = memoryPorts();
    const taken = await Promise.all(
      Array.from({ length: 12 }, () => takePass(otherProcess(deps), of, { cap: 50, calls: 20 })),
    );
    expect(taken.reduce((sum, pass) => sum + (pass?.calls ?? 0), 0)).toBe(50);
  });

  it('that is given back twice, or after its end, takes nothing from others', async () => {
    const { deps, clock } = memoryPorts();
    const first = await takePass(deps, of, { cap: 30, calls: 20 });
    await clock.advance(passMilliseconds);
    const second = await takePass(deps, of, { cap: 30, calls: 20 });
    expect(second?.calls).toBe(20);
    await givePassBack(deps, of, first!);
    await givePassBack(deps, of, first!);
    expect((await takePass(deps, of, { cap: 30, calls: 20 }))?.calls).toBe(10);
  });

  it('lasts as long as its worker may run', () => {
    const { timeoutSeconds = 0 } = reactions.find(({ name }) => name === 'refresh-auths') ?? {};
    expect(timeoutSeconds * 1000).toBeGreaterThan(passMilliseconds + 10_000);
  });
});
