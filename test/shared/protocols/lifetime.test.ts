import { describe, expect, it } from '@jest/globals';
import { endOf, lifetimeSeconds } from '#shared/protocols/lifetime.ts';

describe('a life that a provider tells', () => {
  it.each<[unknown, number | undefined]>([
    [3600, 3600],
    [3599.9, 3599],
    ['3600', 3600],
    ['3600.5', 3600],
    [' 3600 ', 3600],
    [3_153_600_000, 3_153_600_000],
    [3_153_600_001, undefined],
    [0, undefined],
    [0.5, undefined],
    [-1, undefined],
    ['-3600', undefined],
    ['', undefined],
    [' ', undefined],
    ['1e3', undefined],
    ['0x10', undefined],
    ['3,600', undefined],
    ['never', undefined],
    ['2026-01-01T00:00:00Z', undefined],
    ['Infinity', undefined],
    [Number.NaN, undefined],
    [Number.POSITIVE_INFINITY, undefined],
    [1e300, undefined],
    ['9'.repeat(500), undefined],
    [null, undefined],
    [undefined, undefined],
    [true, undefined],
    [[3600], undefined],
    [{ seconds: 3600 }, undefined],
  ])('of %j is %j seconds', (told, seconds) => {
    expect(lifetimeSeconds(told, 'seconds')).toBe(seconds);
  });

  it.each<[unknown, number | undefined]>([
    [3_600_000, 3600],
    ['3600999', 3600],
    [999, undefined],
    [0, undefined],
  ])('of %j milliseconds is %j seconds', (told, seconds) => {
    expect(lifetimeSeconds(told, 'milliseconds')).toBe(seconds);
  });
});

describe('a moment that a provider tells', () => {
  const noon = Date.UTC(2026, 10, 22, 12);

  it.each<[unknown]>([
    ['2026-11-22T12:00:00Z'],
    ['2026-11-22T12:00:00.000Z'],
    ['2026-11-22T12:00Z'],
    ['2026-11-22T12:00:00'],
    ['2026-11-22 12:00:00'],
    ['2026-11-22 12:00:00 +0000'],
    ['2026-11-22T14:00:00+02:00'],
    ['2026-11-22T07:00:00-0500'],
    ['2026-11-22T13:00:00+01'],
    ['2026-11-22T12:00:00.000000000Z'],
    [noon / 1000],
    [noon],
    [String(noon / 1000)],
    [` ${String(noon)} `],
  ])('is read from %j', (told) => {
    expect(endOf(told)).toBe(noon);
  });

  it('may be a day alone, which ends as it begins', () => {
    expect(endOf('2026-11-22')).toBe(Date.UTC(2026, 10, 22));
  });

  it('keeps the milliseconds that it names', () => {
    expect(endOf('2026-11-22T12:00:00.1234567Z')).toBe(noon + 123);
    expect(endOf(noon / 1000 + 0.5)).toBe(noon + 500);
  });

  it.each<[unknown]>([
    ['0001-01-01T00:00:00Z'],
    ['1970-01-01T00:00:00Z'],
    ['2026-13-01T00:00:00Z'],
    ['2026-11-22T25:00:00Z'],
    ['tomorrow'],
    ['11/22/2026'],
    ['22.11.2026'],
    [''],
    ['3600'],
    [3600],
    [0],
    [-1],
    [1e300],
    [Number.NaN],
    [null],
    [undefined],
    [true],
    [[noon]],
  ])('is none in %j', (told) => {
    expect(endOf(told)).toBeUndefined();
  });
});
