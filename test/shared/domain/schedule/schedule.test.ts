import { authKey } from '#shared/domain/auths/auth.ts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { removeAuth } from '#shared/domain/auths/remove.ts';
import { flushOutbox } from '#shared/domain/schedule/flush-outboxes.ts';
import { sweep, sweepFromStart } from '#shared/domain/schedule/sweep.ts';
import { setVerification } from '#shared/domain/umbrellas/set-verification.ts';
import type { LatchkeyEvent } from '#shared/events.ts';
import type { Collection, Deps } from '#shared/ports.ts';
import { shardOf } from '#shared/table.ts';
import {
  day,
  hour,
  minute,
  otherProcess,
  passing,
  start,
  told,
  world,
  type World,
} from '../../../support/deps.ts';
import {
  actor,
  authNow,
  connectedAuth,
  countingTokens,
  keyedAuth,
  oauth2Service,
  tokenService,
  umbrella,
} from '../../../support/nouns.ts';

const Item = z.object({
  revision: z.int(),
  partition: z.string(),
  at: z.number(),
  act: z.string(),
  of: z.string().optional(),
});
const items: Collection<z.infer<typeof Item>> = {
  name: 'item',
  schema: Item,
  place: ({ partition, at, act, of }) => ({ key: { partition, sort: 'AUTH' }, due: { at, act, of } }),
};

let w: World;
let seen: number;

beforeEach(async () => {
  w = await world();
  w.http.answers(countingTokens());
  seen = 0;
});

/** The events published since the last look. */
const news = (): readonly LatchkeyEvent[] => {
  const fresh = w.bus.events.slice(seen);
  seen = w.bus.events.length;
  return fresh;
};

const authIds = (events: readonly LatchkeyEvent[]) =>
  events.flatMap(({ data }) => (data['authIds'] ?? []) as string[]);

const body = (index: number) => index.toString().padStart(26, '0');
const authId = (index: number) => `auth_${body(index)}`;

/** Items that are due, all in one shard. */
const plant = async (
  count: number,
  at: (index: number) => number,
  act = 'refresh',
): Promise<readonly string[]> => {
  const ids: string[] = [];
  for (let index = 0; ids.length < count; index += 1) {
    const partition = `ORG#${w.organizationId}#AUTH#${authId(index)}`;
    if (shardOf({ partition, sort: 'AUTH' }) !== 3) continue;
    await w.deps.store.insert(items, { revision: 0, partition, at: at(ids.length), act });
    ids.push(authId(index));
  }
  return ids;
};

describe('the sweep', () => {
  it('asks for each due item once, and for none that is not due', async () => {
    const due = await plant(30, (index) => start - 5 * minute + (index % 20 === 0 ? hour : index));
    expect(await sweep(w.deps)).toBe(28);
    expect(authIds(news()).sort()).toEqual(due.filter((_, index) => index % 20 !== 0).sort());
    await w.clock.advance(minute);
    expect(await sweep(w.deps)).toBe(0);
    await w.clock.advance(hour);
    expect(await sweep(w.deps)).toBe(2);
  });

  it('pages over more than 200 in a shard, each once', async () => {
    const due = await plant(501, (index) => start - 501 + index);
    expect(await sweep(w.deps)).toBe(501);
    const asked = authIds(news());
    expect(asked.sort()).toEqual([...due].sort());
  });

  it('pages over more than 200 in a shard that are due at the very same moment', async () => {
    const due = await plant(450, () => start - 1);
    expect(await sweep(w.deps)).toBe(450);
    expect(authIds(news()).sort()).toEqual([...due].sort());
  });

  it('puts at most 100 items into an event, and each act and organization into events of their own', async () => {
    await plant(120, () => start - 1);
    const partition = `ORG#org_${body(1)}#AUTH#${authId(1)}`;
    await w.deps.store.insert(items, { revision: 0, partition, at: start - 1, act: 'refresh' });
    await w.deps.store.insert(items, {
      revision: 0,
      partition: `${partition}x`,
      at: start - 1,
      act: 'unheard_of',
    });
    await sweep(w.deps);
    const events = news();
    expect(events.every(({ data }) => (data['authIds'] as string[]).length <= 100)).toBe(true);
    expect(new Set(events.map(({ organizationId }) => organizationId))).toEqual(
      new Set([w.organizationId, `org_${body(1)}`]),
    );
  });

  it('puts renewals of each service into events of their own, and those without one together', async () => {
    const of = [`svc_${body(1)}`, `svc_${body(2)}`, undefined];
    for (let index = 0; index < 9; index += 1)
      await w.deps.store.insert(items, {
        revision: 0,
        partition: `ORG#${w.organizationId}#AUTH#${authId(index)}`,
        at: start - 1,
        act: 'refresh',
        of: of[index % 3],
      });
    await sweep(w.deps);
    const asked = news().map(({ data }) => [data['serviceId'], (data['authIds'] as string[]).toSorted()]);
    const ids = (place: number) => [place, place + 3, place + 6].map(authId);
    expect(asked).toHaveLength(3);
    expect(new Map(asked as [string, string[]][])).toEqual(
      new Map([
        [of[0], ids(0)],
        [of[1], ids(1)],
        [undefined, ids(2)],
      ]),
    );
  });

  it('reads the last moments once more, for the index follows the items with a delay', async () => {
    await sweep(w.deps);
    await plant(1, () => start - 9000);
    await w.clock.advance(minute);
    expect(await sweep(w.deps)).toBe(1);
  });

  it('never looks behind its watermark; the sweep from the start does', async () => {
    await sweep(w.deps);
    const [old] = await plant(1, () => start - day);
    await w.clock.advance(minute);
    expect(await sweep(w.deps)).toBe(0);
    expect(await sweepFromStart(w.deps)).toBe(1);
    expect(authIds(news())).toEqual([old]);
  });

  it('that has more to ask for than it has time leaves the rest to the next', async () => {
    const due = await plant(1500, (index) => start - minute + index);
    const slow = otherProcess(w.deps, {
      bus: {
        publish: async (events) => {
          await w.clock.sleep(15_000);
          await w.bus.publish(events);
        },
      },
    });
    expect(await passing(w.clock, sweep(slow), 1000)).toBe(600);
    expect(w.clock.now()).toBeLessThan(start + minute);
    expect(authIds(news()).sort()).toEqual(due.slice(0, 600).sort());
    // The last moment of the one before is read again.
    expect(await passing(w.clock, sweep(slow), 1000)).toBe(600);
    expect(await passing(w.clock, sweep(slow), 1000)).toBe(302);
    expect(new Set(authIds(news()))).toEqual(new Set(due.slice(599)));
  });

  it('that could not publish is repeated whole', async () => {
    const due = await plant(5, () => start - minute);
    const deaf = otherProcess(w.deps, { bus: { publish: () => Promise.reject(new Error('down')) } });
    await expect(sweep(deaf)).rejects.toThrow('down');
    await w.clock.advance(hour);
    expect(await sweep(w.deps)).toBe(5);
    expect(authIds(news()).sort()).toEqual([...due].sort());
  });

  it('asks for renewals, endings and removals of auths', async () => {
    const demo = await umbrella(w, { verification: { status: 'demo', authLifetimeSeconds: 7 * 86_400 } });
    const auth = await connectedAuth(w, await oauth2Service(w, { umbrellaId: demo.id }));
    news();
    await w.clock.advance(hour);
    await sweep(w.deps);
    expect(news()).toMatchObject([{ type: 'auth.refresh_due', data: { authIds: [auth.id] } }]);
    const dying = otherProcess(w.deps, {
      vault: { ...w.deps.vault, remove: () => Promise.reject(new Error('gone')) },
    });
    const removing = removeAuth(dying, {
      organizationId: w.organizationId,
      workspaceId: w.workspaceId,
      authId: auth.id,
      ifMatch: undefined,
    });
    await expect(removing).rejects.toThrow('gone');
    news();
    await w.clock.advance(2 * minute);
    await sweep(w.deps);
    expect(news()).toMatchObject([{ type: 'auth.removal_due', data: { authIds: [auth.id] } }]);
  });

  it('asks for the daily tests of what nothing renews', async () => {
    const auth = await keyedAuth(w, await tokenService(w, { test: { path: '/me' } }));
    news();
    await w.clock.advance(day);
    await sweep(w.deps);
    expect(news()).toMatchObject([{ type: 'auth.test_due', data: { authIds: [auth.id] } }]);
  });

  it('asks for endings when their time has come and nothing comes before', async () => {
    const demo = await umbrella(w, { verification: { status: 'demo', authLifetimeSeconds: 7 * 86_400 } });
    w.http.answers(countingTokens({ expires_in: undefined }));
    const auth = await connectedAuth(w, await oauth2Service(w, { umbrellaId: demo.id }));
    news();
    await w.clock.advance(4 * day);
    await sweep(w.deps);
    expect(news()).toMatchObject([{ type: 'auth.expiry_due', data: { authIds: [auth.id] } }]);
  });
});

describe('an outbox', () => {
  const deaf = (deps: Deps) =>
    otherProcess(deps, { bus: { publish: () => Promise.reject(new Error('down')) } });

  it('that the bus did not take is flushed by the sweep, a minute later and once', async () => {
    const over = await umbrella(w);
    const changed = await setVerification(deaf(w.deps), {
      by: actor(w),
      umbrellaId: over.id,
      input: { status: 'demo' },
      ifMatch: undefined,
    });
    expect(changed.outbox).toHaveLength(1);
    expect(told(w)).toEqual([]);
    await w.clock.advance(59_000);
    await sweep(w.deps);
    expect(news()).toEqual([]);
    await w.clock.advance(minute);
    await sweep(w.deps);
    const [asked] = news();
    expect(asked?.type).toBe('outbox.due');
    const place = (asked?.data['items'] as { collection: string; partition: string; sort: string }[])[0]!;
    await expect(flushOutbox(deaf(w.deps), place)).rejects.toThrow('The bus did not take');
    await flushOutbox(w.deps, place);
    expect(news()).toMatchObject([{ id: changed.outbox[0]?.id, type: 'umbrella.verification_changed' }]);
    await flushOutbox(w.deps, place);
    await w.clock.advance(hour);
    await sweepFromStart(w.deps);
    expect(news()).toEqual([]);
  });

  it('of an auth leaves together with the next write, nothing lost and all in order', async () => {
    const silent = deaf(w.deps);
    const auth = await connectedAuth({ ...w, deps: silent }, await oauth2Service(w));
    expect((await authNow(w, auth.id)).outbox.map(({ type }) => type)).toEqual(['auth.connected']);
    const { updateAuth } = await import('#shared/domain/auths/update.ts');
    const where = { organizationId: w.organizationId, workspaceId: w.workspaceId, authId: auth.id };
    await updateAuth(w.deps, { ...where, edit: { name: 'Other' }, ifMatch: undefined });
    expect(told(w, 'auth.')).toEqual(['auth.connected']);
    expect((await authNow(w, auth.id)).outbox).toEqual([]);
  });

  it('that another process tells in the same moment is no failure of the message (issue 4, seed 604)', async () => {
    const auth = await connectedAuth({ ...w, deps: deaf(w.deps) }, await oauth2Service(w));
    const { partition, sort } = authKey(w.organizationId, auth.id);
    const place = { collection: 'auth', partition, sort };
    const overtaken = otherProcess(w.deps, {
      bus: {
        publish: async (events) => {
          await w.deps.bus.publish(events);
          await flushOutbox(w.deps, place);
        },
      },
    });
    await expect(flushOutbox(overtaken, place)).resolves.toBeUndefined();
    expect((await authNow(w, auth.id)).outbox).toEqual([]);
  });

  it('of an item that is gone is nothing to do', async () => {
    const place = { collection: 'auth', partition: 'ORG#x#AUTH#y', sort: 'AUTH' };
    await expect(flushOutbox(w.deps, place)).resolves.toBeUndefined();
    await expect(flushOutbox(w.deps, { ...place, collection: 'unheard_of' })).resolves.toBeUndefined();
  });
});
