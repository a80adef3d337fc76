import { describe, expect, it } from '@jest/globals';
import { bodyValue, queryValues } from '#shared/entry/parse.ts';
import { route } from '#shared/entry/route.ts';

const takesForm = route({
  name: 'submit',
  method: 'POST',
  path: '/form',
  summary: 'Takes a form.',
  consumes: 'form',
});
const form = (body: string) =>
  bodyValue(takesForm, {
    requestId: 'request-1',
    method: 'POST',
    path: '/form',
    query: '',
    headers: [],
    body: new TextEncoder().encode(body),
  });

describe('a query', () => {
  it('has a text for a name that comes once and a list for one that comes again', () => {
    expect(queryValues('a=1&b=2&a=3&c=&d')).toEqual({ a: ['1', '3'], b: '2', c: '', d: '' });
  });

  it('keeps a name such as __proto__ a name', () => {
    const values = queryValues('__proto__=x&__proto__=y&constructor=z');
    expect(Object.getPrototypeOf(values)).toBe(Object.prototype);
    expect(Object.keys(values)).toEqual(['__proto__', 'constructor']);
  });

  it('of very many names is read in the time that its length needs', () => {
    const query = Array.from({ length: 150_000 }, (_, index) => `n${index}`).join('&');
    const start = performance.now();
    expect(Object.keys(queryValues(query))).toHaveLength(150_000);
    // A second; looking for each name among all of them takes minutes.
    expect(performance.now() - start).toBeLessThan(15_000);
  });
});

describe('a form', () => {
  it('is read as a query is: names that come again have lists', () => {
    expect(form('scope=a&scope=b+c&key=%C3%A4')).toEqual({ scope: ['a', 'b c'], key: 'ä' });
  });
});
