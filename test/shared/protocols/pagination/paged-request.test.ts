import { describe, expect, it } from '@jest/globals';
import { parseExact } from '#shared/protocols/exact-json.ts';
import { PageParameter } from '#shared/protocols/pagination/definition.ts';
import { parameterIn, withParameter, type PagedRequest } from '#shared/protocols/pagination/paged-request.ts';
import { UnusableRequest } from '#shared/protocols/unusable.ts';

const request = (parts: Partial<PagedRequest> = {}): PagedRequest => ({
  query: '',
  headers: [],
  body: undefined,
  ...parts,
});
const json = (text: string): Partial<PagedRequest> => ({
  headers: [['Content-Type', 'application/json']],
  body: Buffer.from(text),
});
const form = (text: string): Partial<PagedRequest> => ({
  headers: [['Content-Type', 'application/x-www-form-urlencoded']],
  body: Buffer.from(text),
});
const into = (name: string, place: PageParameter['in'] = 'query') => PageParameter.parse({ in: place, name });
const set = (parts: Partial<PagedRequest>, parameter: PageParameter, value: unknown) =>
  withParameter(request(parts), parameter, value);

describe('a parameter that asks for a page', () => {
  it('goes into the query, in the place of its own and beside all others as they were sent', () => {
    expect(set({ query: 'q=%7e&page=1&x=&q=b+c' }, into('page'), 2).query).toBe('q=%7e&x=&q=b+c&page=2');
    expect(set({}, into('page[after]'), 'a&b=ü').query).toBe('page%5Bafter%5D=a%26b%3D%C3%BC');
    expect(set({ url: 'https://a.example/x?page=1&q=%7e' }, into('page'), 2).url).toBe(
      'https://a.example/x?q=%7e&page=2',
    );
  });

  it('goes into a header, in the place of those of its name', () => {
    const headers = [['x-cursor', 'old'] as const, ['Accept', '*/*'] as const];
    expect(set({ headers }, into('X-Cursor', 'header'), 'new').headers).toEqual([
      ['Accept', '*/*'],
      ['X-Cursor', 'new'],
    ]);
    for (const value of ['a\r\nX-Evil: 1', 'ü', '\0'])
      expect(() => set({ headers }, into('X-Cursor', 'header'), value)).toThrow(UnusableRequest);
  });

  it.each([
    ['{"filter":{"n":12345678901234567890},"cursor":"old"}', 'cursor', '"new"'],
    ['{}', 'variables.after', '"new"'],
    ['{"query":"{a}","variables":{"first":10,"after":null}}', 'variables.after', '"new"'],
    ['', 'start_cursor', '{"id":[1,"x"]}'],
  ])('goes into the JSON body %s as %s', (body, name, value) => {
    const sent = set(json(body), into(name, 'body'), parseExact(value));
    const text = Buffer.from(sent.body ?? []).toString();
    const after = name
      .split('.')
      .reduce((at, part) => (at as Record<string, unknown>)[part], parseExact(text));
    expect(JSON.stringify(after)).toBe(value);
    if (body.includes('12345678901234567890')) expect(text).toContain('12345678901234567890');
  });

  it('goes into a form, and makes a JSON body where there is none', () => {
    expect(String(set(form('a=%7e&cursor=x'), into('cursor', 'body'), 'y z').body)).toBe('a=%7e&cursor=y+z');
    const made = set({}, into('cursor', 'body'), 'y');
    expect([String(made.body), made.headers]).toEqual([
      '{"cursor":"y"}',
      [['content-type', 'application/json']],
    ]);
  });

  it('goes into no body that it cannot stand in, and into no text when it is none', () => {
    for (const body of ['[1]', '"text"', '12345678901234567890', '{"a":', '\xff'])
      expect(() => set(json(body), into('cursor', 'body'), 'x')).toThrow(UnusableRequest);
    const packed = { headers: [['Content-Encoding', 'gzip'] as const], body: Buffer.from('{}') };
    expect(() => set(packed, into('cursor', 'body'), 'x')).toThrow(UnusableRequest);
    expect(() => set({}, into('cursor'), { id: 1 })).toThrow(UnusableRequest);
  });

  it('is read from where it goes', () => {
    expect(parameterIn(request({ query: 'page=3&page=4' }), into('page'))).toBe('3');
    expect(parameterIn(request({ url: 'https://a.example/?page=5' }), into('page'))).toBe('5');
    expect(parameterIn(request({ headers: [['X-PAGE', '6']] }), into('x-page', 'header'))).toBe('6');
    expect(parameterIn(request(json('{"v":{"page":7}}')), into('v.page', 'body'))).toBe('7');
    expect(parameterIn(request(form('page=8')), into('page', 'body'))).toBe('8');
    expect(parameterIn(request(), into('page'))).toBeUndefined();
    expect(parameterIn(request(json('{}')), into('constructor', 'body'))).toBeUndefined();
  });
});

describe('the definition of such a parameter', () => {
  it('takes no header that frames the message, says who calls, or is ours, and no name that cannot be set', () => {
    for (const name of [
      'Authorization',
      'cookie',
      'Host',
      'Content-Length',
      'Latchkey-Items',
      'TE',
      'a b',
      'ü',
    ])
      expect(PageParameter.safeParse({ in: 'header', name }).success).toBe(false);
    for (const name of ['', '__proto__', 'a.__proto__.b', '\ud800'])
      expect(PageParameter.safeParse({ in: 'body', name }).success).toBe(false);
    expect(PageParameter.parse({ name: 'page[after]' })).toEqual({ in: 'query', name: 'page[after]' });
  });
});
