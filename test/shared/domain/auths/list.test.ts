import { beforeEach, describe, expect, it } from '@jest/globals';
import { authKey, auths, type Auth } from '#shared/domain/auths/auth.ts';
import { AuthQuery, listAuths } from '#shared/domain/auths/list.ts';
import { sideBySide } from '#shared/domain/side-by-side.ts';
import type { Service } from '#shared/domain/services/service.ts';
import { getHealthSummary } from '#shared/domain/summary/get.ts';
import { tableStore } from '#shared/aws/table/store.ts';
import { documentClient } from '#shared/aws/table/documents.ts';
import { ensureTable, startDynamodb } from '../../../../local/dynamodb.ts';
import { copiesOf } from '../../../support/auths.ts';
import { dynamodbClient } from '../../../support/dynamodb.ts';
import { day, hour, otherProcess, start, world, type World } from '../../../support/deps.ts';
import { makeAuth, sharedWorkspace, tokenService } from '../../../support/nouns.ts';

let w: World;
let service: Service;
beforeEach(async () => {
  w = await world();
  service = await tokenService(w);
});

/** Ids of one millisecond have no order. */
const make = async (parts: Record<string, unknown> = {}) => {
  await w.clock.advance(1);
  return makeAuth(w, { serviceId: service.id, fields: { api_key: 'k' }, ...parts });
};
const list = (query: Record<string, unknown> = {}, workspaceId = w.workspaceId) =>
  listAuths(w.deps, { organizationId: w.organizationId, workspaceId, query: AuthQuery.parse(query) });
const names = async (query: Record<string, unknown>) => (await list(query)).items.map(({ name }) => name);
/** Every page of a list, each by its size, and the names in order. */
const pages = async (query: Record<string, unknown>) => {
  const found: string[] = [];
  const sizes: number[] = [];
  let cursor: string | null = null;
  do {
    const page = await list({ ...query, ...(cursor !== null && { cursor }) });
    found.push(...page.items.map(({ name }) => name));
    sizes.push(page.items.length);
    cursor = page.nextCursor;
  } while (cursor !== null && sizes.length < 100);
  return { found, sizes };
};
const copies = (model: Auth, count: number, change: (index: number) => Partial<Auth>) =>
  copiesOf(
    w,
    model,
    Array.from({ length: count }, (_, index) => change(index)),
  );
const at = (instant: number) => new Date(instant).toISOString();
const ending = (end: number): Partial<Auth> => ({ prediction: { end, reason: 'demo' } });

describe('the list of auths', () => {
  it('is filtered by service, state, end user and tag, and by all of them together', async () => {
    const other = await tokenService(w);
    await make({ name: 'one', tags: ['a', 'b'], endUserId: 'ada' });
    await make({ name: 'two', tags: ['a'] });
    await make({ name: 'three', serviceId: other.id, tags: ['b'], endUserId: 'ada' });
    expect(await names({ serviceId: service.id })).toEqual(['one', 'two']);
    expect(await names({ tag: 'b' })).toEqual(['one', 'three']);
    expect(await names({ endUserId: 'ada' })).toEqual(['one', 'three']);
    expect(await names({ state: 'needs_reconnect' })).toEqual([]);
    expect(await names({ state: 'active', tag: 'b', endUserId: 'ada', serviceId: other.id })).toEqual([
      'three',
    ]);
    expect(await names({ tag: 'B' })).toEqual([]);
  });

  it('is filtered by environment, cause and risk, and by all of them together', async () => {
    const model = await make({ name: 'plain' });
    const atRisk = { umbrellaId: `umb_${'0'.repeat(26)}`, status: 'demo' };
    const over = { state: 'needs_reconnect' as const };
    await copies(
      model,
      4,
      (index) =>
        [
          { name: 'risky', atRisk },
          { name: 'revoked', ...over, cause: 'revoked' as const },
          { name: 'tested', ...over, cause: 'provider_test_status' as const, atRisk },
          { name: 'sandboxed', environment: 'sandbox', atRisk },
        ][index]!,
    );
    expect(await names({ atRisk: 'true' })).toEqual(['risky', 'tested', 'sandboxed']);
    expect(await names({ atRisk: 'false' })).toEqual(['plain', 'revoked']);
    expect(await names({ cause: 'revoked' })).toEqual(['revoked']);
    expect(await names({ cause: 'idle_limit' })).toEqual([]);
    expect(await names({ environment: 'sandbox' })).toEqual(['sandboxed']);
    expect(await names({ environment: 'production', atRisk: 'true' })).toEqual(['risky', 'tested']);
    expect(
      await names({
        environment: 'production',
        atRisk: 'true',
        state: 'needs_reconnect',
        cause: 'provider_test_status',
      }),
    ).toEqual(['tested']);
  });

  it('shows generic auths among all, and under no service', async () => {
    await makeAuth(w, {
      name: 'plain',
      generic: { baseUrl: 'https://x.example', fields: { k: 'v' }, apply: [{ name: 'k', value: '{{k}}' }] },
    });
    expect(await names({})).toEqual(['plain']);
    expect(await names({ serviceId: service.id })).toEqual([]);
  });

  it('goes on where it ended also when filtered, each item once', async () => {
    const model = await make({ name: 'm' });
    await copies(model, 25, (index) => ({ name: `n${index}`, tags: index % 2 === 0 ? ['even'] : [] }));
    const { found, sizes } = await pages({ tag: 'even', limit: 5 });
    expect(found).toEqual(Array.from({ length: 13 }, (_, index) => `n${index * 2}`));
    expect(sizes.slice(0, 2)).toEqual([5, 5]);
  });

  it('refuses a cursor of the other order, which would look like the end of the list', async () => {
    const model = await make({ name: 'm' });
    await copies(model, 3, () => ending(start + 7 * day));
    const endsBefore = at(start + 30 * day);
    for (const [first, then] of [
      [{}, { endsBefore }],
      [{ endsBefore }, {}],
    ]) {
      const { nextCursor } = await list({ ...first, limit: 1 });
      expect((await list({ ...first, cursor: nextCursor })).items.length).toBeGreaterThan(1);
      await expect(list({ ...then, cursor: nextCursor })).rejects.toMatchObject({ status: 400 });
    }
  });

  it('ends with no cursor when the last that fits was shown', async () => {
    await make({ name: 'one', tags: ['a'] });
    await make({ name: 'two' });
    expect((await list({ tag: 'a', limit: 1 })).nextCursor).toBeNull();
  });

  it('looks through 10,000 at a time: a page may be empty and have a next one', async () => {
    const model = await make({ name: 'common' });
    const rare = { ...model, name: 'rare', tags: ['rare'] };
    let read = 0;
    const deps = otherProcess(w.deps, {
      store: {
        ...w.deps.store,
        // Twelve thousand, of whom only the last is what is looked for; a place is how many come before it.
        list: (collection, { after = 'auth_0', limit }) => {
          const first = Number(after.slice('auth_'.length));
          const items = Array.from({ length: limit }, (_, n) => (first + n === 11_999 ? rare : model));
          read += items.length;
          const next = first + limit < 12_000 ? { next: `auth_${first + limit}` } : {};
          return Promise.resolve({ items: items.map((item) => collection.schema.parse(item)), ...next });
        },
      },
    });
    const page = (cursor?: string) =>
      listAuths(deps, { ...w, query: AuthQuery.parse({ tag: 'rare', cursor }) });
    const first = await page();
    expect([first.items.length, read]).toEqual([0, 10_000]);
    const second = await page(first.nextCursor!);
    expect([second.items.map(({ name }) => name), second.nextCursor]).toEqual([['rare'], null]);
  });

  describe('of those that end before a time', () => {
    it('begins with the soonest, and holds none that ends at that time or later, or of whom nothing is predicted', async () => {
      const model = await make({ name: 'never' });
      const ends = [5, 1, 3, 2, 4];
      await copies(model, 5, (index) => ({ name: `d${ends[index]}`, ...ending(start + ends[index]! * day) }));
      expect(await names({ endsBefore: at(start + 4 * day) })).toEqual(['d1', 'd2', 'd3']);
      expect(await names({ endsBefore: at(start + 4 * day + 1) })).toEqual(['d1', 'd2', 'd3', 'd4']);
      expect(await names({ endsBefore: at(start) })).toEqual([]);
    });

    it('holds an end that a renewal moves only where no renewal is on its way (ADR 0020)', async () => {
      const model = await make({ name: 'never' });
      const prediction = { end: start + day, reason: 'announced' as const, moves: true as const };
      const well = { prediction, refreshAt: start + hour };
      const failure = { code: 'http_503', at: start, count: 1 };
      const [renewed, failing, late] = [well, { ...well, failure }, { ...well, refreshAt: start + 2 * day }];
      const all = [
        { name: 'renewed', ...renewed },
        { name: 'failing', ...failing },
        { name: 'late', ...late },
        { name: 'test status', ...well, lasting: { end: start + day + hour, reason: 'demo' as const } },
      ];
      await copies(model, 4, (index) => all[index]!);
      expect((await names({ endsBefore: at(start + 2 * day) })).toSorted()).toEqual([
        'failing',
        'late',
        'test status',
      ]);
      const summary = await getHealthSummary(w.deps, { organizationId: w.organizationId });
      expect(summary).toMatchObject({ predictedEnds: { never: 2 } });
      expect(summary).toHaveProperty('predictedEnds.days.1.auths', 3);
    });

    it('is filtered by all else, and goes on where it ended, each auth once, also of those that end together', async () => {
      const model = await make({ name: 'm' });
      await copies(model, 60, (index) => ({
        name: `n${index}`,
        tags: index % 2 === 0 ? ['even'] : [],
        ...ending(start + Math.floor((59 - index) / 10) * day),
      }));
      const { found, sizes } = await pages({ endsBefore: at(start + 5 * day), tag: 'even', limit: 7 });
      const expected = [50, 40, 30, 20, 10].flatMap((first) => [0, 2, 4, 6, 8].map((n) => `n${first + n}`));
      expect(found).toEqual(expected);
      expect(sizes).toEqual([7, 7, 7, 4]);
    });

    it('is that of the present: an auth moves, leaves and is removed', async () => {
      const model = await make({ name: 'm' });
      const [first] = await copies(model, 2, (index) => ({
        name: `n${index}`,
        ...ending(start + (index + 1) * day),
      }));
      const query = { endsBefore: at(start + 9 * day) };
      const now = async () => (await w.deps.store.get(auths, authKey(w.organizationId, first!.id)))!;
      await w.deps.store.replace(auths, { ...(await now()), ...ending(start + 3 * day) });
      expect(await names(query)).toEqual(['n1', 'n0']);
      await w.deps.store.replace(auths, { ...(await now()), prediction: undefined });
      expect(await names(query)).toEqual(['n1']);
      const doomed: Auth = { ...(await now()), ...ending(start + 3 * day), state: 'deleting' };
      await w.deps.store.replace(auths, doomed);
      expect(await names(query)).toEqual(['n1']);
      expect(await names({ ...query, state: 'deleting' })).toEqual(['n0']);
    });

    it('holds nothing of another workspace', async () => {
      const { id } = await sharedWorkspace(w);
      await copies(await make(), 1, () => ({ ...ending(start + day), workspaceId: id }));
      const query = { endsBefore: at(start + 9 * day) };
      expect([(await list(query)).items.length, (await list(query, id)).items.length]).toEqual([0, 1]);
    });

    it('comes in one call from a table of many, and reads few of them', async () => {
      const database = await startDynamodb();
      const client = dynamodbClient(database.endpoint);
      await ensureTable(client, 'many');
      const store = tableStore({ client: documentClient(client), tableName: 'many' });
      const model = await make({ name: 'm' });
      const made = Array.from({ length: 120 }, (_, index): Auth => ({
        ...model,
        id: `auth_${String(index).padStart(26, '0')}`,
        name: `n${index}`,
        outbox: [],
        ...ending(start + (120 - index) * day),
      }));
      await sideBySide(made, async (auth) => {
        await store.insert(auths, auth);
      });
      const table = otherProcess(w.deps, { store: { ...store, get: w.deps.store.get } });
      const query = AuthQuery.parse({ endsBefore: at(start + 3 * day + 1) });
      const { items, nextCursor } = await listAuths(table, { ...w, query });
      expect([items.map(({ name }) => name), nextCursor]).toEqual([['n119', 'n118', 'n117'], null]);
      const paged = { ...w, query: AuthQuery.parse({ endsBefore: at(start + 100 * day), limit: 4 }) };
      const page = await listAuths(table, paged);
      const cursor = page.nextCursor ?? undefined;
      const next = await listAuths(table, { ...paged, query: { ...paged.query, cursor } });
      const ids = [...page.items, ...next.items].map(({ name }) => name);
      expect(ids).toEqual(Array.from({ length: 8 }, (_, index) => `n${119 - index}`));
      client.destroy();
      await database.stop();
    });
  });

  it('shows nothing of another workspace', async () => {
    await make();
    const { id } = await sharedWorkspace(w);
    expect(await list({}, id)).toEqual({ items: [], nextCursor: null });
  });

  it.each([
    { state: 'sleeping' },
    { serviceId: 'mine' },
    { limit: 0 },
    { limit: 201 },
    { tags: 'a' },
    { cursor: '!' },
    { cause: 'boredom' },
    { cause: '' },
    { atRisk: 'yes' },
    { atRisk: '' },
    { endsBefore: 'tomorrow' },
    { endsBefore: '2026-03-02' },
    { endsBefore: '2026-03-02T09:00:00+01:00' },
    { endsBefore: '1772442000000' },
    { environment: 'no such name!' },
    { endsAfter: '2026-03-02T09:00:00Z' },
  ])('refuses the question %j', (query) => {
    expect(AuthQuery.safeParse(query).success).toBe(false);
  });
});
