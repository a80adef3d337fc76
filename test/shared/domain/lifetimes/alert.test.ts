import { describe, expect, it } from '@jest/globals';
import { firstMoment, nextMoment, toTell } from '#shared/domain/lifetimes/alert.ts';
import { day, hour, minute, start } from '../../../support/deps.ts';

const end = start + 7 * day;
const week = { end, since: start };

describe('the next moment to tell of an end', () => {
  it('is each lead time in turn, then the end, then none', () => {
    const moments: number[] = [];
    for (let now: number | undefined = start; now !== undefined; now = nextMoment(week, now))
      moments.push(now);
    expect(moments).toEqual([start, end - 72 * hour, end - 24 * hour, end - 4 * hour, end]);
  });

  it('is now where one is past that nobody was told of, else the next', () => {
    expect(firstMoment(week, end - 5 * hour)).toBe(end - 5 * hour);
    const alerted = [{ end, lead: 24 * hour }];
    expect(firstMoment({ ...week, alerted }, end - 5 * hour)).toBe(end - 4 * hour);
    expect(firstMoment({ ...week, alerted: [{ end, lead: 0 }] }, end - 5 * hour)).toBeUndefined();
  });
});

describe('what is to be told', () => {
  it('is the lead time whose moment came last, and at the end 0', () => {
    expect(toTell(week, end - 73 * hour)).toBeUndefined();
    expect(toTell(week, end - 72 * hour)).toBe(72 * hour);
    expect(toTell(week, end - 5 * hour)).toBe(24 * hour);
    expect(toTell(week, end)).toBe(0);
  });

  it('is nothing that was told of the same end, though it moved by an hour', () => {
    const alerted = [{ end: end - hour, lead: 24 * hour }];
    expect(toTell({ ...week, alerted }, end - 5 * hour)).toBeUndefined();
    expect(toTell({ ...week, alerted }, end - 4 * hour)).toBe(4 * hour);
  });

  it('is all of another end, though as much was told of the one before', () => {
    const alerted = [{ end: end - 3 * hour, lead: 4 * hour }];
    expect(toTell({ ...week, alerted }, end - 5 * hour)).toBe(24 * hour);
  });

  it('is 14, 7, 3 and 1 days of a long life, and in proportion of a life of minutes', () => {
    const long = { end: start + 100 * day, since: start };
    const days = [15, 14, 7, 3, 1, 0].map((ahead) => toTell(long, long.end - ahead * day));
    expect(days).toEqual([undefined, 14 * day, 7 * day, 3 * day, day, 0]);
    expect(toTell({ end: start + 7 * minute, since: start }, start + 4 * minute)).toBe(3 * minute);
  });
});
