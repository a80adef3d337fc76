import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { bodyValue, queryValues } from '#shared/entry/parse.ts';
import { route } from '#shared/entry/route.ts';

const takesForm = route({
  name: 'submit',
  method: 'POST',
  path: '/form',
  summary: 'Takes a form.',
  consumes: 'form',
});
const takesNothing = route({ name: 'try', method: 'POST', path: '/try', summary: 'Takes nothing.' });
const takesName = route({
  name: 'name',
  method: 'POST',
  path: '/name',
  summary: 'Takes a name.',
  request: { body: z.strictObject({ name: z.string() }) },
});

const form = (body: string) => read(takesForm, body);
const read = (by: Parameters<typeof bodyValue>[0], body: string) =>
  bodyValue(by, {
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

describe('an empty object', () => {
  it('is no body where a route takes none, and an object without members elsewhere', () => {
    expect(read(takesNothing, ' {} ')).toBeUndefined();
    expect(read(takesName, '{}')).toEqual({});
  });

  it('is not what has a member, or is a list', () => {
    for (const body of ['{"a":1}', '[]', 'null', '0'])
      expect(read(takesNothing, body)).toEqual(JSON.parse(body));
  });
});
