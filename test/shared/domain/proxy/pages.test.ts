import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type * as z from 'zod';
import type { Auth } from '#shared/domain/auths/auth.ts';
import { proxyCall } from '#shared/domain/proxy/call.ts';
import { HttpFailure, type IncomingResponse, type OutgoingRequest } from '#shared/ports.ts';
import type { Pagination } from '#shared/protocols/pagination/definition.ts';
import { world, type World } from '../../../support/deps.ts';
import { actor, keyedAuth, tokenService } from '../../../support/nouns.ts';
import { answer, jsonAnswer } from '../../../support/watched.ts';

let w: World;

beforeEach(async () => {
  w = await world();
});

const base = 'https://api.keyed.example';

const authWith = async (
  pagination: z.input<typeof Pagination> | undefined,
  parts: Readonly<Record<string, unknown>> = {},
): Promise<Auth> => keyedAuth(w, await tokenService(w, { ...(pagination && { pagination }), ...parts }));

const listed = ({ id }: Auth, mostItems: number, parts: Partial<Parameters<typeof proxyCall>[1]> = {}) =>
  proxyCall(w.deps, {
    actor: actor(w),
    authId: id,
    method: 'GET',
    path: '/items',
    query: '',
    headers: [],
    body: undefined,
    ...parts,
    options: { ...parts.options, mostItems },
  });

const textOf = async ({ body }: Pick<IncomingResponse, 'body'>): Promise<string> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

/** The items, and what the last line tells. */
const read = async (response: Pick<IncomingResponse, 'body'>) => {
  const text = await textOf(response);
  expect(text.endsWith('\n')).toBe(true);
  const values = text
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  const { latchkey } = values.at(-1) as { latchkey: Record<string, unknown> };
  return { items: values.slice(0, -1), told: latchkey };
};

const sent = () => w.http.requests.map(({ url }) => url);

type Kind = 'link' | 'cursor' | 'last item' | 'offset' | 'page' | 'body';

const described: Readonly<Record<Kind, z.input<typeof Pagination>>> = {
  link: { kind: 'link' },
  cursor: { kind: 'cursor', cursor: 'next', into: { name: 'at' } },
  'last item': { kind: 'cursor', cursor: { lastItem: 'id' }, into: { name: 'after' }, more: 'more' },
  offset: { kind: 'offset' },
  page: { kind: 'page' },
  body: { kind: 'cursor', cursor: 'next', into: { in: 'body', name: 'page.at' } },
};

/** A provider of a list that cuts it in one of the ways, some pages shorter than others. */
const provider =
  (kind: Kind, count: number, sizes: readonly number[]) =>
  ({ url, body }: OutgoingRequest): IncomingResponse => {
    const query = new URL(url).searchParams;
    const inBody = JSON.parse(Buffer.from((body ?? '') as Uint8Array).toString() || '{}') as {
      page?: { at?: string };
    };
    const ends = sizes.map((_, index) => sizes.slice(0, index + 1).reduce((sum, size) => sum + size, 0));
    const number = Number(query.get('page') ?? 1);
    const from = {
      link: Number(query.get('from')),
      cursor: Number(query.get('at')?.slice(1) ?? 0),
      'last item': Number(query.get('after') ?? -1) + 1,
      offset: Number(query.get('offset')),
      page: number === 1 ? 0 : (ends[number - 2] ?? count),
      body: Number(inBody.page?.at?.slice(1) ?? 0),
    }[kind];
    const to = Math.min(ends.find((end) => end > from) ?? count, count);
    const data = Array.from({ length: to - from }, (_, index) => ({ id: from + index }));
    const cursor = to < count ? `c${to}` : null;
    const link = to < count ? ([['Link', `<?from=${to}>; rel="next"`]] as const) : [];
    return jsonAnswer(200, { data, next: cursor, more: to < count }, link);
  };

describe('all items of a list', () => {
  it('come whole and in order whatever way the pages are cut, and no more than are wanted', async () => {
    const kinds = Object.keys(described) as Kind[];
    const auths = new Map<Kind, Auth>();
    for (const kind of kinds) auths.set(kind, await authWith(described[kind]));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...kinds),
        fc.nat(40),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 45 }),
        async (kind, count, sizes, most) => {
          w.http.answers(provider(kind, count, sizes));
          const parts = kind === 'body' ? { method: 'POST', body: Buffer.from('{"q":1}') } : {};
          const answered = await listed(auths.get(kind)!, most, parts);
          const { items, told } = await read(answered);
          const all = Array.from({ length: count }, (_, id) => ({ id }));
          expect(items).toEqual(all.slice(0, most));
          expect(told).toMatchObject({ complete: true, items: Math.min(count, most) });
          if (count > most) expect(told['more']).toBe(true);
          if (count < most) expect(told['more']).toBe(false);
        },
      ),
      { numRuns: 300, seed: 7 },
    );
  });

  it('are JSON lines, told as such, with the credential on each call and none asked for too early', async () => {
    const auth = await authWith({ kind: 'page', pageSize: { name: 'limit', value: 2 } });
    w.http.answers(provider('page', 5, [2, 2, 2]));
    const answered = await listed(auth, 100, {
      query: 'q=1',
      headers: [
        ['If-None-Match', '"1"'],
        ['X-A', '1'],
      ],
    });
    expect([answered.status, answered.headers]).toEqual([200, [['content-type', 'application/x-ndjson']]]);
    expect(sent()).toEqual([`${base}/items?q=1&limit=2`]);
    expect(await textOf(answered)).toBe(
      '{"id":0}\n{"id":1}\n{"id":2}\n{"id":3}\n{"id":4}\n{"latchkey":{"complete":true,"items":5,"pages":4,"more":false}}\n',
    );
    expect(sent().slice(1)).toEqual([2, 3, 4].map((page) => `${base}/items?q=1&limit=2&page=${page}`));
    for (const { headers } of w.http.requests)
      expect(headers).toEqual([
        ['X-A', '1'],
        ['x-api-key', 'the-api-key'],
      ]);
  });

  it('leave the size of a page to a caller who says it', async () => {
    const auth = await authWith({ kind: 'link', pageSize: { name: 'limit', value: 2 } });
    w.http.answers(() => jsonAnswer(200, []));
    await listed(auth, 100, { query: 'limit=7' });
    expect(sent()).toEqual([`${base}/items?limit=7`]);
  });

  it('come of a body that is a stream, which is sent with each page', async () => {
    const auth = await authWith(described.body);
    w.http.answers(provider('body', 4, [2]));
    async function* body() {
      await Promise.resolve();
      yield Buffer.from('{"q":');
      yield Buffer.from('"{{api_key}}"}');
    }
    await read(await listed(auth, 100, { method: 'POST', body: body() as never }));
    expect(w.http.requests.map((request) => String(request.body))).toEqual([
      '{"q":"{{api_key}}"}',
      '{"q":"{{api_key}}","page":{"at":"c2"}}',
    ]);
    async function* large() {
      for (let count = 0; count < 20; count += 1) yield await Promise.resolve(Buffer.alloc(65_536));
    }
    await expect(listed(auth, 100, { method: 'POST', body: large() as never })).rejects.toMatchObject({
      status: 413,
    });
  });

  it('are not asked for where the service says nothing of its pages', async () => {
    await expect(listed(await authWith(undefined), 10)).rejects.toMatchObject({
      status: 422,
      code: 'no_pagination',
    });
    expect(sent()).toEqual([]);
  });

  it('are for those who may use the auth', async () => {
    const auth = await authWith({ kind: 'link' });
    await expect(listed(auth, 10, { actor: actor(w, 'viewer') })).rejects.toMatchObject({ status: 403 });
    expect(sent()).toEqual([]);
  });
});

describe('the first answer of a list', () => {
  it('that is no success goes back as it is', async () => {
    w.http.answers(() => answer(403, 'not you', [['x-reason', 'scope']]));
    const answered = await listed(await authWith({ kind: 'link' }), 10);
    expect([answered.status, answered.headers, await textOf(answered)]).toEqual([
      403,
      [['x-reason', 'scope']],
      'not you',
    ]);
  });

  it.each<[string, () => IncomingResponse, string]>([
    ['is no JSON', () => answer(200, '<html>'), 'unreadable_page'],
    ['holds no list', () => jsonAnswer(200, { ok: true }), 'unreadable_page'],
    [
      'is compressed in an odd way',
      () => jsonAnswer(200, [], [['content-encoding', 'odd']]),
      'unreadable_page',
    ],
    ['is too large', () => answer(200, Buffer.alloc(8_388_609, ' ')), 'unreadable_page'],
    ['breaks off', () => answer(200, broken()), 'upstream_broke_off'],
  ])('that %s is an error of ours', async (_, first, code) => {
    w.http.answers(first);
    await expect(listed(await authWith({ kind: 'link' }), 10)).rejects.toMatchObject({ status: 502, code });
  });
});

async function* broken() {
  yield Buffer.from('[{"id":1},');
  await Promise.resolve();
  throw new HttpFailure('reset', true);
}

describe('a list that cannot be read to its end', () => {
  const second = async (
    pagination: z.input<typeof Pagination>,
    then: (request: OutgoingRequest) => IncomingResponse,
  ) => {
    const auth = await authWith(pagination);
    let first = true;
    w.http.answers((request) => {
      const reply = first ? provider('link', 4, [2])(request) : then(request);
      first = false;
      return reply;
    });
    const { items, told } = await read(await listed(auth, 100));
    expect(items).toEqual([{ id: 0 }, { id: 1 }]);
    return told;
  };

  it.each<[string, () => IncomingResponse, string]>([
    ['is refused', () => answer(500, 'sorry'), 'page_refused'],
    ['is no page', () => answer(200, 'sorry'), 'unreadable_page'],
    ['breaks off', () => answer(200, broken()), 'upstream_broke_off'],
    [
      'does not come',
      () => {
        throw new HttpFailure('timeout', true);
      },
      'upstream_timeout',
    ],
  ])('because a page %s says so in its last line', async (_, then, code) => {
    const told = await second({ kind: 'link' }, then);
    expect(told).toMatchObject({ complete: false, items: 2, pages: 1, error: { code } });
    expect(Object.keys(told)).not.toContain('more');
  });

  it('by a fault of ours breaks off without a last line', async () => {
    const auth = await authWith({ kind: 'link' });
    let first = true;
    w.http.answers((request) => {
      if (!first) throw new TypeError('a fault');
      first = false;
      return provider('link', 4, [2])(request);
    });
    const { body } = await listed(auth, 100);
    await expect(textOf({ body })).rejects.toThrow('a fault');
  });

  it.each([
    ['https://evil.example/items?page=2', 'evil.example'],
    ['//evil.example/items', 'evil.example'],
    ['http://api.keyed.example/items?page=2', 'api.keyed.example'],
    ['https://api.keyed.example:444/items', 'api.keyed.example:444'],
    ['https://user:pass@api.keyed.example/items', 'api.keyed.example'],
    ['https://api.keyed.example/v1/../../other', 'api.keyed.example'],
    ['javascript:alert(1)', 'no host'],
  ])('because the next page is at %s sends nothing there', async (url, host) => {
    const auth = await authWith({ kind: 'link', next: 'next', items: 'data' }, { baseUrl: `${base}/v1` });
    w.http.answers(() => jsonAnswer(200, { data: [1], next: url }));
    const { items, told } = await read(await listed(auth, 100));
    expect(items).toEqual([1]);
    expect(told).toMatchObject({ complete: false, error: { code: 'next_page_outside_service' } });
    expect(JSON.stringify(told)).toContain(`at ${host};`);
    expect(JSON.stringify(told)).not.toContain('pass');
    expect(sent()).toEqual([`${base}/v1/items`]);
  });

  it('because its pages lead in circles ends, cursors and numbers alike', async () => {
    const cursors = await authWith(described.cursor);
    let calls = 0;
    w.http.answers(() => {
      calls += 1;
      return jsonAnswer(200, { data: [calls], next: calls % 2 === 0 ? 'a' : 'b' });
    });
    const round = await read(await listed(cursors, 100));
    expect(round.items).toEqual([1, 2, 3]);
    expect(round.told).toMatchObject({ complete: false, pages: 3, error: { code: 'pages_repeat' } });
    w.http.answers(() => jsonAnswer(200, [1, 2]));
    const deaf = await read(await listed(await authWith({ kind: 'page' }), 100));
    expect(deaf.items).toEqual([1, 2]);
    expect(deaf.told).toMatchObject({ complete: false, error: { code: 'pages_repeat' } });
  });

  it('because it never ends is left after 10,000 pages', async () => {
    const auth = await authWith(described.cursor);
    let calls = 0;
    w.http.answers(() => {
      calls += 1;
      return jsonAnswer(200, { data: [], next: `c${calls}` });
    });
    const { told } = await read(await listed(auth, 100));
    expect(told).toMatchObject({ complete: false, pages: 10_000, error: { code: 'too_many_pages' } });
  }, 60_000);
});

describe('a link to the next page', () => {
  it('may be relative, may be at a host that the service lists, and has the query of the base once', async () => {
    const parts = { baseUrl: `${base}/v1?version=3`, hosts: ['pages.keyed.example'] };
    const auth = await authWith({ kind: 'link', next: 'next', items: 'data' }, parts);
    const links = ['/v1/items?version=3&page=2', '?page=3', 'https://pages.keyed.example/4', '/5?a=b', null];
    w.http.answers(() => jsonAnswer(200, { data: [links.length], next: links.shift() }));
    const { items } = await read(await listed(auth, 100));
    expect(items).toEqual([5, 4, 3, 2, 1]);
    expect(sent()).toEqual([
      `${base}/v1/items?version=3`,
      `${base}/v1/items?version=3&page=2`,
      `${base}/v1/items?version=3&page=3`,
      'https://pages.keyed.example/4',
      'https://pages.keyed.example/5?a=b',
    ]);
    for (const { headers } of w.http.requests) expect(headers).toEqual([['x-api-key', 'the-api-key']]);
  });
});

describe('a reader of a list', () => {
  it('who goes away has no further page asked for', async () => {
    const auth = await authWith({ kind: 'link' });
    w.http.answers(
      provider(
        'link',
        100,
        Array.from({ length: 50 }, () => 2),
      ),
    );
    const { body } = await listed(auth, 100);
    let chunks = 0;
    for await (const chunk of body) {
      chunks += chunk.length > 0 ? 1 : 0;
      if (chunks === 3) break;
    }
    expect(sent()).toHaveLength(3);
  });

  it('needs no more memory for 1,000 pages than for 100', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const used = () => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    const auth = await authWith({ kind: 'page' });
    const filling = 'x'.repeat(1000);
    w.http.answers(({ url }) => {
      const page = Number(new URL(url).searchParams.get('page') ?? 1);
      w.http.requests.splice(0);
      const items = page > 1000 ? [] : Array.from({ length: 100 }, (_, index) => ({ page, index, filling }));
      return jsonAnswer(200, items);
    });
    const { body } = await listed(auth, 1_000_000);
    let bytes = 0;
    let chunks = 0;
    let early = 0;
    for await (const chunk of body) {
      bytes += chunk.length;
      chunks += 1;
      if (chunks === 100) early = used();
    }
    expect([chunks, bytes > 100_000_000]).toEqual([1001, true]);
    expect(used() - early).toBeLessThan(2_000_000);
  }, 60_000);
});
