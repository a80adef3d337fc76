import { describe, expect, it } from '@jest/globals';
import type * as z from 'zod';
import { Pagination } from '#shared/protocols/pagination/definition.ts';
import { exactText } from '#shared/protocols/exact-json.ts';
import { judgePage, UnreadablePage, type Page } from '#shared/protocols/pagination/judge.ts';
import { repeats } from '#shared/protocols/pagination/repeats.ts';

type Input = z.input<typeof Pagination>;
interface Answer {
  readonly query?: string;
  readonly headers?: readonly (readonly [string, string])[];
}

const judged = (input: Input, body: unknown, { query = '', headers = [] }: Answer = {}): Page =>
  judgePage(
    Pagination.parse(input),
    { query, headers: [], body: undefined },
    { headers, body: typeof body === 'string' ? body : JSON.stringify(body) },
  );
/** What the next page is asked for by: a reference, or the value of the parameter. */
const next = (...parts: Parameters<typeof judged>): unknown => {
  const page = judged(...parts);
  if (page.next === undefined) return 'end';
  return page.next.by === 'reference' ? page.next.reference : page.next.value;
};
const into = { name: 'cursor' };

describe('the items of a page', () => {
  it('stand where the definition says, are the answer, or are its only list', () => {
    const items = (input: Partial<Input>, body: unknown) =>
      judged({ kind: 'link', ...input } as Input, body).items;
    expect(items({}, [1, 2])).toEqual([1, 2]);
    expect(items({}, { ok: true, members: [1], meta: { list: [2] } })).toEqual([1]);
    expect(items({ items: 'meta.list' }, { members: [1], meta: { list: [2] } })).toEqual([2]);
    expect(items({ items: ['a.b'] }, { 'a.b': [3] })).toEqual([3]);
  });

  it('are not guessed, and an answer without them is no page', () => {
    for (const body of [{ a: [1], b: [2] }, {}, null, 'text', 1])
      expect(() => judged({ kind: 'link' }, JSON.stringify(body))).toThrow(UnreadablePage);
    for (const text of ['', '<html>', '[1', '[1] [2]', '['.repeat(100_000)])
      expect(() => judged({ kind: 'link' }, text)).toThrow(UnreadablePage);
    for (const body of [{ data: {} }, { data: null }, [], { length: 1 }])
      expect(() => judged({ kind: 'link', items: 'data' }, body)).toThrow(UnreadablePage);
  });

  it('lose nothing: neither digits, nor names, nor their order', () => {
    const text =
      '[12345678901234567890,1.0,-0,1e400,0.1,"\\u00fc\\u2028\\ud800",{"__proto__":{"a":1},"b":[null,true]}]';
    const { items } = judged({ kind: 'link' }, `\uFEFF ${text} `);
    expect(`[${items.map(exactText).join(',')}]`).toBe(text.replace('\\u00fc\\u2028', 'ü\u2028'));
  });
});

describe('the next page by a link', () => {
  const link = { headers: [['Link', '<?page=2>; rel="next"'] as const] };
  it('is the one of the header, or the one that stands in the answer', () => {
    expect(next({ kind: 'link' }, [1], link)).toBe('?page=2');
    const graph: Input = { kind: 'link', items: 'value', next: ['@odata.nextLink'] };
    expect(next(graph, { value: [], '@odata.nextLink': 'https://a.example/2' }, link)).toBe(
      'https://a.example/2',
    );
    expect(next({ kind: 'link', next: { header: 'x-next' } }, [1], { headers: [['X-Next', '/2']] })).toBe(
      '/2',
    );
  });

  it('is none where there is no link, or an empty one', () => {
    expect(next({ kind: 'link' }, [1])).toBe('end');
    for (const url of [null, '', false, undefined])
      expect(next({ kind: 'link', next: 'next' }, { items: [1], next: url }, link)).toBe('end');
    expect(() => next({ kind: 'link', next: 'next' }, { items: [1], next: {} })).toThrow(UnreadablePage);
  });
});

describe('the next page by a cursor', () => {
  it('is told in the body or in a header, as text or as a number however long', () => {
    const cursor = { kind: 'cursor', items: 'data', cursor: 'meta.next', into } as const;
    expect(next(cursor, { data: [], meta: { next: 'c2' } })).toBe('c2');
    expect(exactText(next(cursor, '{"data":[],"meta":{"next":98765432109876543210}}'))).toBe(
      '98765432109876543210',
    );
    const inHeader = { kind: 'cursor', cursor: { header: 'X-Cursor' }, into } as const;
    expect(next(inHeader, [1], { headers: [['x-cursor', 'c3']] })).toBe('c3');
  });

  it('is a member of the last item, as long as there are more', () => {
    const stripe = {
      kind: 'cursor',
      items: 'data',
      cursor: { lastItem: 'id' },
      into: { name: 'starting_after' },
      more: 'has_more',
    } as const;
    const data = [{ id: 'a' }, { id: 'b' }];
    expect(next(stripe, { data, has_more: true })).toBe('b');
    expect(next(stripe, { data, has_more: false })).toBe('end');
    expect(next(stripe, { data: [], has_more: true })).toBe('end');
    expect(next(stripe, { data: [{ id: 0 }], has_more: true })).toBe(0);
    for (const item of [{}, { id: null }, { id: '' }, { id: {} }, 1])
      expect(() => next(stripe, { data: [item], has_more: true })).toThrow(UnreadablePage);
  });

  it.each([[undefined], [null], [''], [false], [0]])('is none where the cursor is %p', (cursor) => {
    expect(next({ kind: 'cursor', cursor: 'next', into }, { items: [1], next: cursor })).toBe('end');
  });
});

describe('the next page by a number', () => {
  const offset = { kind: 'offset', items: 'data' } as const;
  const page = { kind: 'page', items: 'data' } as const;

  it('goes on from where the caller began, by items or by one', () => {
    expect(next(offset, { data: [1, 2, 3] })).toBe(3);
    expect(next(offset, { data: [1, 2, 3] }, { query: 'offset=40' })).toBe(43);
    expect(next({ ...offset, first: 1, into: { name: 'startIndex' } }, { data: [1] })).toBe(2);
    expect(next(page, { data: [1] })).toBe(2);
    expect(next({ ...page, first: 0 }, { data: [1] })).toBe(1);
    expect(next(page, { data: [1] }, { query: 'page=7' })).toBe(8);
    expect(next(page, { data: [1] }, { query: 'page=x' })).toBe(2);
  });

  it('is none after an empty page', () => {
    expect(next(offset, { data: [] })).toBe('end');
    expect(next(page, { data: [] })).toBe('end');
  });

  it('is none after the last that the answer tells of', () => {
    const query = 'offset=8';
    expect(next({ ...offset, total: 'total' }, { data: [1, 2], total: 10 }, { query })).toBe('end');
    expect(next({ ...offset, total: 'total' }, { data: [1, 2], total: '11' }, { query })).toBe(10);
    const scim = { ...offset, first: 1, total: 'total' } as const;
    expect(next(scim, { data: [1, 2], total: 3 })).toBe(3);
    expect(next(scim, { data: [3], total: 3 }, { query: 'offset=3' })).toBe('end');
    const pages = { ...page, pages: { header: 'X-Pages' } } as const;
    const headers = [['x-pages', '3'] as const];
    expect(next(pages, { data: [1] }, { headers, query: 'page=2' })).toBe(3);
    expect(next(pages, { data: [1] }, { headers, query: 'page=3' })).toBe('end');
    expect(next({ ...pages, first: 0 }, { data: [1] }, { headers, query: 'page=2' })).toBe('end');
    expect(next({ ...page, more: 'more' }, { data: [1], more: false })).toBe('end');
    expect(next({ ...page, more: 'more' }, { data: [1] })).toBe(2);
  });

  it('is none after a short page where the definition says so, by the size that was asked for', () => {
    const short = { ...page, lastPage: 'short', pageSize: { name: 'limit', value: 3 } } as const;
    expect(next(short, { data: [1, 2] })).toBe('end');
    expect(next(short, { data: [1, 2, 3] })).toBe(2);
    expect(next(short, { data: [1, 2] }, { query: 'limit=2' })).toBe(2);
    expect(Pagination.safeParse({ kind: 'page', lastPage: 'short' }).success).toBe(false);
  });
});

describe('a service that leads in circles', () => {
  it('is noticed by a cursor or link that was there before, and by a numbered page like the one before', () => {
    const by = (reference: string): Page => ({ items: [1], next: { by: 'reference', reference } });
    const links = repeats(Pagination.parse({ kind: 'link' }));
    expect([by('a'), by('b'), { items: [1], next: undefined }, by('a')].map(links)).toEqual([
      false,
      false,
      false,
      true,
    ]);
    const of = (...items: readonly number[]): Page => ({ items, next: undefined });
    const numbered = repeats(Pagination.parse({ kind: 'page' }));
    expect([of(1), of(2), of(1), of(1), of(), of()].map(numbered)).toEqual([
      false,
      false,
      false,
      true,
      false,
      false,
    ]);
  });
});
