import { describe, expect, it } from '@jest/globals';
import { matches, patternProblem } from '#shared/domain/patterns.ts';

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
    expect(patternProblem(pattern)).toContain('syntax of RE2');
  });

  it.each([
    ['^.{1,500}$', undefined],
    ['^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$', undefined],
    ['(?i)^[a-z]+$', undefined],
    ['^\\p{Lu}\\p{L}*$', undefined],
    ['[{}]{2}\\{900}', undefined],
    ['a{1000}', 'repetitions'],
    ['((a{10}){10}){10}', 'repetitions'],
    ['(a|b){400}', 'repetitions'],
    ['\\pL'.repeat(6), 'classes'],
    ['(?i)[Ā-힣]', 'ASCII'],
    ['(?si:\\pL)', 'ASCII'],
  ])('is bounded in what it takes to compile: %s', (pattern, told) => {
    const expected: unknown = told === undefined ? undefined : expect.stringContaining(told);
    expect(patternProblem(pattern)).toEqual(expected);
  });

  it('takes time by the length of the value alone, whatever a builder wrote', () => {
    const began = performance.now();
    expect(matches('^(a+)+$', `${'a'.repeat(10_000)}!`)).toBe(false);
    expect(performance.now() - began).toBeLessThan(2000);
  });
});
