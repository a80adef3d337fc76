import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  backoff,
  idleTime,
  latestRenewal,
  leads,
  margin,
  nextTest,
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

describe('the last moment to spend a refresh token that ends', () => {
  it('is a tenth to a fifth of its life before its end', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        fc.integer({ min: minute + 1, max: 400 * day }),
        (id, version, life) => {
          const due = latestRenewal({ id, version, obtainedAt: start, expiresAt: start + life }) ?? NaN;
          expect(due).toBeLessThanOrEqual(start + 0.9 * life);
          expect(due).toBeGreaterThanOrEqual(start + 0.8 * life - 1);
          expect(Number.isInteger(due)).toBe(true);
        },
      ),
    );
  });

  it('is none where hardly anything is left: an end that does not move is not run after', () => {
    const of = (life: number) =>
      latestRenewal({ id: 'a', version: 'v', obtainedAt: start, expiresAt: start + life });
    expect([of(minute), of(0), of(-day)]).toEqual([undefined, undefined, undefined]);
  });
});

describe('what comes once a day', () => {
  const ids = Array.from({ length: 500 }, (_, index) => `auth_${index}`);
  const spread = (times: readonly number[]) => [Math.min(...times), Math.max(...times)] as const;

  it('is the renewal of an idle auth, in a day and up to an hour more, at a time of its own', () => {
    const [first, last] = spread(ids.map((id) => idleTime({ id, version: 'v', obtainedAt: start }) - start));
    expect(first).toBeGreaterThanOrEqual(day);
    expect(last).toBeLessThan(day + hour);
    expect(last - first).toBeGreaterThan(50 * minute);
  });

  it('is the test of what nothing renews, in a day or up to a tenth of one earlier, at a time of its own', () => {
    const [first, last] = spread(ids.map((id) => nextTest(id, start) - start));
    expect(first).toBeGreaterThan(0.9 * day - 1);
    expect(last).toBeLessThanOrEqual(day);
    expect(last - first).toBeGreaterThan(2 * hour);
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

  it('is never less than what the provider asks, even beyond an hour, and by chance more', () => {
    expect(backoff(1, 0, 2 * hour)).toBe(2 * hour);
    expect(backoff(9, 1, minute)).toBe(hour + minute);
  });
});
