import { beforeEach, describe, expect, it } from '@jest/globals';
import { countUse } from '#shared/domain/history/count-use.ts';
import { finishOrganizationRemoval } from '#shared/domain/organization/finish-removal.ts';
import { removeOrganization } from '#shared/domain/organization/remove.ts';
import { listHistory } from '#shared/domain/history/list.ts';
import { newId } from '#shared/ids.ts';
import type { Deps, Store } from '#shared/ports.ts';
import { anotherOrganization } from '../../../support/departures.ts';
import { hour, minute, otherProcess, start, world, type World } from '../../../support/deps.ts';
import { actor } from '../../../support/nouns.ts';

let w: World;
let reads: number;
let writes: number;
let down: boolean;

/** A process that counts its calls to the store. */
const process = (): Deps => {
  const { store } = w.deps;
  const write = (): void => {
    writes += 1;
    if (down) throw new Error('down');
  };
  const counting: Store = {
    ...store,
    get: (collection, key) => {
      reads += 1;
      return store.get(collection, key);
    },
    insert: async (collection, item) => {
      write();
      return store.insert(collection, item);
    },
    replace: async (collection, item) => {
      write();
      return store.replace(collection, item);
    },
  };
  return otherProcess(w.deps, { store: counting });
};

beforeEach(async () => {
  w = await world();
  reads = 0;
  writes = 0;
  down = false;
});

const auth = (name = '0') => ({
  id: `auth_${name.padStart(26, '0')}`,
  workspaceId: w.workspaceId,
  serviceId: undefined,
});

const use = (deps: Deps, name?: string, times = 1) =>
  Promise.all(Array.from({ length: times }, () => countUse(deps, { actor: actor(w), auth: auth(name) })));

const uses = async (query = {}) => {
  const { items } = await listHistory(w.deps, {
    organizationId: w.organizationId,
    query: { limit: 200, ...query },
  });
  return items.map(({ time, uses: count, lastUsedAt, subjects: [, id] }) => ({
    time,
    count,
    lastUsedAt,
    id,
  }));
};

const iso = (milliseconds: number) => new Date(start + milliseconds).toISOString();

describe('the uses of a credential', () => {
  it('are told also of the hour in which the organization was founded', async () => {
    await w.clock.advance(20 * minute);
    const organizationId = newId('organization', w.deps);
    await countUse(w.deps, { actor: { ...actor(w), organizationId }, auth: auth() });
    const { items } = await listHistory(w.deps, { organizationId, query: { limit: 200 } });
    expect(items).toMatchObject([{ time: iso(0), uses: 1 }]);
  });

  it('are counted by the hour, auth and actor', async () => {
    const here = process();
    await use(here, '1', 3);
    await w.clock.advance(20 * minute);
    await use(here, '1');
    await use(here, '2');
    const another = { ...actor(w), id: `key_${'1'.repeat(26)}` };
    await countUse(here, { actor: another, auth: auth('2') });
    await w.clock.advance(hour);
    await use(here, '1');
    expect((await uses()).map(({ time, count, id }) => [time, count, id]).sort()).toEqual([
      [iso(0), 1, auth('2').id],
      [iso(0), 1, auth('2').id],
      [iso(0), 4, auth('1').id],
      [iso(hour), 1, auth('1').id],
    ]);
    expect(await uses({ actor: another.id })).toHaveLength(1);
  });

  it('cost a read and a write at first and every five minutes, and nothing in between', async () => {
    const here = process();
    await use(here);
    expect([reads, writes]).toEqual([1, 1]);
    await use(here, '0', 1000);
    await w.clock.advance(4 * minute);
    await use(here, '0', 1000);
    expect([reads, writes]).toEqual([1, 1]);
    await w.clock.advance(minute);
    await use(here);
    expect([reads, writes]).toEqual([2, 2]);
    expect(await uses()).toMatchObject([{ count: 2002, lastUsedAt: iso(5 * minute) }]);
  });

  it('that are still held are written with the next call of another auth', async () => {
    const here = process();
    await use(here, '1', 10);
    await w.clock.advance(hour);
    await use(here, '2');
    expect((await uses()).find(({ id }) => id === auth('1').id)).toMatchObject({ time: iso(0), count: 10 });
  });

  it('of many processes come together in one entry', async () => {
    const processes = Array.from({ length: 4 }, process);
    await Promise.all(processes.map((each) => use(each, '1', 5)));
    await w.clock.advance(5 * minute);
    for (const each of processes) await use(each, '1');
    expect(await uses()).toMatchObject([{ count: 24 }]);
  });

  it('keep no call from its answer when the store takes nothing, and are all written once it does', async () => {
    const here = process();
    down = true;
    await use(here, '1', 7);
    expect(await uses()).toEqual([]);
    down = false;
    await w.clock.advance(5 * minute);
    await use(here, '1');
    expect(await uses()).toMatchObject([{ count: 8 }]);
  });

  it('that are lost with a process are those of its last minutes, not the first', async () => {
    await use(process(), '1', 50);
    await w.clock.advance(hour);
    await use(process(), '1');
    expect((await uses()).map(({ count }) => count)).toEqual([1, 1]);
  });

  it('of a great many auths are written a few with each call', async () => {
    const here = process();
    for (let index = 0; index < 100; index += 1) await use(here, String(index), 2);
    await w.clock.advance(10 * minute);
    writes = 0;
    await use(here, '0');
    expect(writes).toBe(20);
    for (let index = 0; index < 4; index += 1) await use(here, '0');
    expect((await uses()).reduce((sum, { count }) => sum + (count ?? 0), 0)).toBeGreaterThanOrEqual(200);
  });

  it('that were held until after their organization was deleted are written nowhere', async () => {
    const here = process();
    const { organizationId } = await anotherOrganization(w);
    const by = { ...actor(w), organizationId };
    for (let index = 0; index < 3; index += 1) await countUse(here, { actor: by, auth: auth('1') });
    const inHistory = () => w.store.held().filter((item) => item.includes(`${organizationId}#HISTORY#`));
    expect(inHistory()).toHaveLength(1);
    await removeOrganization(w.deps, { confirm: organizationId, by, ifMatch: undefined });
    for (let round = 0; round < 4; round += 1) {
      await w.clock.advance(10 * minute);
      await finishOrganizationRemoval(w.deps, { organizationId });
    }
    expect(inHistory()).toEqual([]);
    await use(here, '2');
    await use(here, '2');
    expect(inHistory()).toEqual([]);
    expect(await uses()).toMatchObject([{ id: auth('2').id }]);
  });

  it('of an end user name the auth and nobody', async () => {
    const person = {
      type: 'end_user' as const,
      id: 'ada',
      organizationId: w.organizationId,
      endUserId: 'ada',
      role: 'end_user' as const,
    };
    await countUse(w.deps, { actor: person, auth: auth() });
    expect(await uses()).toMatchObject([{ count: 1, id: auth().id }]);
    expect(w.store.dump()).not.toContain('ada');
  });
});
