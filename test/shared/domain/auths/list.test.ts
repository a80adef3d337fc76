import { beforeEach, describe, expect, it } from '@jest/globals';
import { auths, type Auth } from '#shared/domain/auths/auth.ts';
import { AuthQuery, listAuths } from '#shared/domain/auths/list.ts';
import type { Service } from '#shared/domain/services/service.ts';
import { newId } from '#shared/ids.ts';
import { world, type World } from '../../../support/deps.ts';
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
/** Copies of an auth, as many as a busy platform has. */
const copies = async (model: Auth, count: number, change: (index: number) => Partial<Auth>) => {
  for (let index = 0; index < count; index += 1) {
    await w.clock.advance(1);
    await w.deps.store.insert(auths, { ...model, id: newId('auth', w.deps), outbox: [], ...change(index) });
  }
};

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

  it('ends with no cursor when the last that fits was shown', async () => {
    await make({ name: 'one', tags: ['a'] });
    await make({ name: 'two' });
    expect((await list({ tag: 'a', limit: 1 })).nextCursor).toBeNull();
  });

  it('looks through 2000 at a time: a page may be empty and have a next one', async () => {
    const model = await make({ name: 'first' });
    await copies(model, 2300, (index) => ({ name: `n${index}`, tags: index === 2290 ? ['rare'] : [] }));
    const first = await list({ tag: 'rare' });
    expect(first.items).toEqual([]);
    expect(first.nextCursor).not.toBeNull();
    const { found, sizes } = await pages({ tag: 'rare' });
    expect(found).toEqual(['n2290']);
    expect(sizes).toEqual([0, 1]);
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
  ])('refuses the question %j', (query) => {
    expect(AuthQuery.safeParse(query).success).toBe(false);
  });
});
