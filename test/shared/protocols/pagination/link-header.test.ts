import { describe, expect, it } from '@jest/globals';
import { linkOf } from '#shared/protocols/pagination/link-header.ts';

const next = (...fields: readonly string[]) =>
  linkOf(
    fields.map((field) => ['Link', field] as const),
    'next',
  );

describe('the link of a relation (RFC 8288)', () => {
  it.each([
    ['<https://api.acme.example/items?page=2>; rel="next"', 'https://api.acme.example/items?page=2'],
    ['<?page=1>; rel="prev", <?page=3>; rel="next", <?page=9>; rel="last"', '?page=3'],
    ['<?page=2>;rel=next', '?page=2'],
    ['  <?page=2> ; title = "a, <b>; rel=\\"prev\\"" ; rel = "next" ', '?page=2'],
    ['<?page=2>; REL="last NEXT"', '?page=2'],
    ["<?a=1,2;3>; title*=UTF-8'de'n%c3%a4chstes; rel=next", '?a=1,2;3'],
    ['<?page=2>; crossorigin; rel=next', '?page=2'],
    ['<>; rel=next', ''],
    ['<?page=1>; rel="prev"; rel="next", <?page=2>; rel=next', '?page=2'],
    ['<?page=1>; rel=next; anchor="/others", <?page=2>; rel=next', '?page=2'],
  ])('of %s is %s', (field, reference) => {
    expect(next(field)).toBe(reference);
  });

  it.each([
    [''],
    ['<?page=2>'],
    ['<?page=2>; rel="previous"'],
    ['<?page=2>; rel="next-archive"'],
    ['https://api.acme.example; rel=next'],
    ['<?page=2; rel=next'],
    ['<?page=2>; title="rel=next'],
  ])('of %s is none', (field) => {
    expect(next(field)).toBeUndefined();
  });

  it('may stand in any of several headers, whatever their case', () => {
    expect(next('<?page=1>; rel=prev', '<?page=3>; rel=next')).toBe('?page=3');
    expect(linkOf([['lInK', '<?page=3>; rel=next']], 'next')).toBe('?page=3');
    expect(linkOf([['Location', '<?page=3>; rel=next']], 'next')).toBeUndefined();
  });

  it('is found in a time that grows with the length alone', () => {
    const began = performance.now();
    for (const piece of ['<', ',<', ',<a>;b="x', ';', ',', '"\\', ' ', 'a=', '<a>;', '<a>;b="'])
      next(piece.repeat(100_000));
    expect(performance.now() - began).toBeLessThan(2000);
  });
});
