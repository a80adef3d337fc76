import { describe, expect, it } from '@jest/globals';
import { Submitted } from '#functions/connect/submitted.ts';

describe('the form of the connect page', () => {
  it('is the fields by key, and no word of scopes when the page offered none', () => {
    expect(Submitted.parse({ api_key: 'k', scope: 'a field of that name' })).toEqual({
      fields: { api_key: 'k', scope: 'a field of that name' },
      scopes: undefined,
    });
  });

  it.each([
    [{}, []],
    [{ 'latchkey.scope': 'read' }, ['read']],
    [{ 'latchkey.scope': ['read', 'write'] }, ['read', 'write']],
  ])('with ticks %j is the scopes %j', (ticks, scopes) => {
    expect(Submitted.parse({ a: 'x', 'latchkey.scopes_shown': '1', ...ticks })).toEqual({
      fields: { a: 'x' },
      scopes,
    });
  });

  it('takes no scopes from a page that did not offer them', () => {
    expect(Submitted.parse({ 'latchkey.scope': ['admin'] })).toEqual({ fields: {}, scopes: undefined });
  });

  it('refuses a field that comes twice, by its name alone', () => {
    const { error } = Submitted.safeParse({ a: ['planted', 'planted'], b: 'x' });
    expect(error?.issues.map(({ path, message }) => [path, message])).toEqual([
      [['a'], 'Expected this field once.'],
    ]);
  });

  it('refuses more ticks than a definition has scopes', () => {
    const many = Array.from({ length: 201 }, () => 'x');
    expect(Submitted.safeParse({ 'latchkey.scope': many }).success).toBe(false);
  });
});
