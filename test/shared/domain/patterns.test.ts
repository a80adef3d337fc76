import { describe, expect, it } from '@jest/globals';
import { isPattern, matches } from '#shared/domain/patterns.ts';

describe('a pattern of a field', () => {
  it.each([
    ['^[a-z0-9-]+$', 'acme-1', true],
    ['^[a-z0-9-]+$', 'acme/1', false],
    ['^\\p{L}+$', 'éà', true],
    ['b', 'abc', true],
    ['', '', true],
  ])('%s matches %s: %s', (pattern, value, expected) => {
    expect(matches(pattern, value)).toBe(expected);
  });

  it.each(['(?=x)', '(a)\\1', '[', '(?<!x)y'])('that this syntax does not know is refused: %s', (pattern) => {
    expect(isPattern(pattern)).toBe(false);
  });

  it('takes time by the length of the value alone, whatever a builder wrote', () => {
    const began = performance.now();
    expect(matches('^(a+)+$', `${'a'.repeat(10_000)}!`)).toBe(false);
    expect(performance.now() - began).toBeLessThan(2000);
  });
});
