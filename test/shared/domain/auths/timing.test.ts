import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  backoff,
  currentLead,
  leads,
  margin,
  nextAlert,
  refreshTime,
  retryAfter,
} from '#shared/domain/auths/timing.ts';
import { day, hour, minute, start } from '../../../support/deps.ts';

const second = 1000;
const week = 7 * day;

describe('the margin before the end of a token', () => {
  it.each([
    [minute, 30 * second],
    [5 * minute, 30 * second],
    [hour, 6 * minute],
    [150 * minute, 15 * minute],
    [30 * day, 15 * minute],
    [0, 30 * second],
  ])('of %d ms is %d ms', (lifetime, expected) => {
    expect(margin(lifetime)).toBe(expected);
  });
});

describe('the time of the next renewal', () => {
  const of = (id: string, version = 'v', lifetime = hour) =>
    refreshTime({ id, version, obtainedAt: start, expiresAt: start + lifetime });

  it('is one to two margins ahead of the end, and never before half of the life', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        fc.integer({ min: second, max: 60 * day }),
        (id, version, lifetime) => {
          const end = start + lifetime;
          const due = of(id, version, lifetime);
          expect(due).toBeLessThanOrEqual(Math.max(end - margin(lifetime), start + Math.floor(lifetime / 2)));
          expect(due).toBeGreaterThanOrEqual(
            Math.max(end - 2 * margin(lifetime), start + Math.floor(lifetime / 2)),
          );
          expect(Number.isInteger(due)).toBe(true);
        },
      ),
    );
  });

  it('of a token that lives five minutes is in its last but not its very last', () => {
    const times = Array.from({ length: 200 }, (_, index) => of(`auth_${index}`, 'v', 5 * minute) - start);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(4 * minute);
    expect(Math.max(...times)).toBeLessThanOrEqual(4.5 * minute);
  });

  it('is the same for the same auth and version, and others for others', () => {
    expect(of('auth_1')).toBe(of('auth_1'));
    expect(new Set(Array.from({ length: 200 }, (_, index) => of(`auth_${index}`))).size).toBeGreaterThan(190);
    expect(of('auth_1', 'v1')).not.toBe(of('auth_1', 'v2'));
  });

  it('spreads tokens of one hour over more than five minutes', () => {
    const times = Array.from({ length: 500 }, (_, index) => of(`auth_${index}`));
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(5 * minute);
  });

  it('of a token that was over when it came is at once', () => {
    expect(of('a', 'v', -hour)).toBeLessThanOrEqual(start);
  });
});

describe('the lead times of alerts', () => {
  it('of a life of seven days are 72, 24 and 4 hours (R43)', () => {
    expect(leads(week)).toEqual([72 * hour, 24 * hour, 4 * hour]);
  });

  it('of a long life are 14, 7, 3 and 1 day', () => {
    expect(leads(60 * day)).toEqual([14 * day, 7 * day, 3 * day, day]);
  });

  it('of a short life are in proportion, the longest first, and all inside the life', () => {
    fc.assert(
      fc.property(fc.integer({ min: minute, max: 400 * day }), (lifetime) => {
        const list = leads(lifetime);
        expect(list.length).toBeGreaterThan(2);
        expect(list).toEqual([...list].sort((left, right) => right - left));
        expect(list.every((lead) => lead > 0 && lead < lifetime)).toBe(true);
      }),
    );
  });
});

describe('the next alert', () => {
  const end = start + week;

  it('is each lead time in turn, then the end, then none', () => {
    const moments: number[] = [];
    for (let now: number | undefined = start; now !== undefined; now = nextAlert(start, end, now))
      moments.push(now);
    expect(moments).toEqual([start, end - 72 * hour, end - 24 * hour, end - 4 * hour, end]);
  });

  it('passes over lead times that are gone', () => {
    expect(nextAlert(start, end, end - 5 * hour)).toBe(end - 4 * hour);
    expect(nextAlert(start, end, end)).toBeUndefined();
  });

  it('belongs to the lead time whose moment came last', () => {
    expect(currentLead(start, end, end - 73 * hour)).toBeUndefined();
    expect(currentLead(start, end, end - 72 * hour)).toBe(72 * hour);
    expect(currentLead(start, end, end - 5 * hour)).toBe(24 * hour);
    expect(currentLead(start, end, end)).toBe(4 * hour);
  });
});

describe('Retry-After', () => {
  it.each([
    [undefined, 0],
    ['120', 2 * minute],
    [' 7 ', 7 * second],
    ['0', 0],
    ['999999999', day],
    [new Date(start + hour).toUTCString(), hour],
    [new Date(start - hour).toUTCString(), 0],
    [new Date(start + 400 * day).toUTCString(), day],
    ['soon', 0],
    ['', 0],
    ['-5', 0],
    ['1e9999', 0],
  ])('of %j is %d ms', (value, expected) => {
    expect(retryAfter(value, start)).toBe(expected);
  });
});

describe('the wait after failures', () => {
  it('is between a minute and an hour, in whole milliseconds, whatever chance says', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (failures, chance) => {
          expect(backoff(failures, chance)).toBeGreaterThanOrEqual(minute);
          expect(backoff(failures, chance)).toBeLessThanOrEqual(hour);
          expect(Number.isInteger(backoff(failures, chance))).toBe(true);
        },
      ),
    );
  });

  it('grows with the failures, up to an hour', () => {
    expect([1, 2, 3, 5, 6, 9].map((failures) => backoff(failures, 1))).toEqual(
      [2, 4, 8, 32, 60, 60].map((minutes) => minutes * minute),
    );
  });

  it('is never less than what the provider asks, even beyond an hour', () => {
    expect(backoff(1, 0, 2 * hour)).toBe(2 * hour);
    expect(backoff(9, 1, minute)).toBe(hour);
  });
});
