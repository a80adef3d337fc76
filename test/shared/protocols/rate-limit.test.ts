import { describe, expect, it } from '@jest/globals';
import { limitReached, RateLimit, restAsked } from '#shared/protocols/rate-limit.ts';

const now = Date.UTC(2026, 2, 2, 9);
const rest = (rule: unknown, headers: Readonly<Record<string, string>>, status = 429) =>
  restAsked({ status, headers: Object.entries(headers) }, RateLimit.parse(rule), now);

describe('how long a provider asks to be left alone by headers of its own', () => {
  it.each<[string, unknown, Record<string, string>, number]>([
    ['a moment in seconds', { at: 'x-reset' }, { 'X-Reset': String(now / 1000 + 30) }, 30_000],
    ['a moment in milliseconds', { at: 'x-reset', unit: 'milliseconds' }, { 'x-reset': `${now + 50}` }, 50],
    ['a date of HTTP', { at: 'x-reset' }, { 'x-reset': 'Mon, 02 Mar 2026 09:00:07 GMT' }, 7000],
    ['a date of ISO 8601', { at: 'X-Reset' }, { 'x-reset': '2026-03-02T09:00:01.5Z' }, 1500],
    ['a wait in seconds', { after: 'x-wait' }, { 'x-wait': ' 2.5 ' }, 2500],
    ['a wait in milliseconds', { after: 'x-wait', unit: 'milliseconds' }, { 'x-wait': '120' }, 120],
    ['a wait with units', { after: 'x-wait' }, { 'x-wait': '1m30s' }, 90_000],
    ['a short wait with units', { after: 'x-wait' }, { 'x-wait': '20ms' }, 20],
    ['both, of which the wait counts', { after: 'a', at: 'b' }, { a: '1', b: `${now / 1000 + 9}` }, 1000],
    ['a moment that is over', { at: 'x-reset' }, { 'x-reset': '1' }, 0],
    ['nothing', { at: 'x-reset' }, {}, 0],
    ['what nobody can read', { at: 'a', after: 'b' }, { a: 'soon', b: 'later' }, 0],
    ['an empty header', { at: 'a', after: 'b' }, { a: '', b: '' }, 0],
  ])('is read from %s', (_, rule, headers, expected) => {
    expect(rest(rule, headers)).toBe(expected);
  });

  it('is not read while calls are left: then it was refused for another reason', () => {
    const rule = { after: 'x-wait', remaining: 'x-left' };
    expect(rest(rule, { 'x-wait': '5', 'x-left': '12' })).toBe(0);
    expect(rest(rule, { 'x-wait': '5' })).toBe(0);
    expect(rest(rule, { 'x-wait': '5', 'x-left': '0' })).toBe(5000);
  });
});

describe('an answer of another status than 429', () => {
  const reached = (status: number, left: string, rule: object = {}) =>
    limitReached(
      { status, headers: [['X-Left', left]] },
      RateLimit.parse({ at: 'x-reset', remaining: 'x-left', ...rule }),
    );

  it('says that the limit is reached when no call is left and the service names its status', () => {
    expect([reached(403, '0'), reached(403, '1'), reached(403, ''), reached(404, '0')]).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(reached(420, '0', { statuses: [420] })).toBe(true);
    const secondary = { status: 403, headers: [['Retry-After', '60']] as const };
    expect(limitReached(secondary, RateLimit.parse({ at: 'x-reset' }))).toBe(true);
    expect(limitReached({ status: 403, headers: [['X-Left', '0']] }, undefined)).toBe(false);
  });
});

describe('a description of rate limit headers', () => {
  it.each([{ remaining: 'x-left' }, { at: 'no name' }, { at: 'a', statuses: [503] }, { at: 'a', more: 1 }])(
    'is refused when it is %j',
    (rule) => {
      expect(RateLimit.safeParse(rule).success).toBe(false);
    },
  );
});
