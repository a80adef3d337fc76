import { describe, expect, it } from '@jest/globals';
import { optionsOf } from '#shared/domain/proxy/options-of.ts';
import { AppError } from '#shared/errors.ts';

const off = { keepMethod: false, keepAuthorization: false };

const refusal = (...headers: readonly (readonly [string, string])[]) => {
  try {
    optionsOf(headers);
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error('It was taken.');
};

describe('the options that headers carry', () => {
  it('are none without such headers', () => {
    expect(optionsOf([['accept', 'a']])).toEqual({});
  });

  it.each<[string, string, object]>([
    ['Latchkey-Timeout', '2.5', { timeoutMilliseconds: 2500 }],
    ['latchkey-timeout', ' 900 ', { timeoutMilliseconds: 900_000 }],
    ['Latchkey-Retries', '0', { retries: 0 }],
    ['Latchkey-Retries', '5', { retries: 5 }],
    ['Latchkey-Follow-Redirects', '3', { redirects: { most: 3, ...off } }],
    ['Latchkey-Follow-Redirects', '20;keep-method', { redirects: { ...off, most: 20, keepMethod: true } }],
    [
      'Latchkey-Follow-Redirects',
      '1 ; Keep-Authorization; keep-method',
      { redirects: { most: 1, keepMethod: true, keepAuthorization: true } },
    ],
    ['Latchkey-Decode', 'true', { decode: true }],
    ['Latchkey-Decode', 'false', { decode: false }],
    ['LATCHKEY-ITEMS', '1000000', { mostItems: 1_000_000 }],
  ])('are read from %s: %s', (name, value, options) => {
    expect(optionsOf([[name, value]])).toEqual(options);
  });

  it('come together', () => {
    const both = optionsOf([
      ['latchkey-timeout', '1'],
      ['x-other', '2'],
      ['latchkey-retries', '2'],
    ]);
    expect(both).toEqual({ timeoutMilliseconds: 1000, retries: 2 });
  });

  it.each([
    ['Latchkey-Timeout', ['', '0', '-1', '901', '1e3', '1.', '0x10', 'Infinity', '1, 1', '1s', '٣']],
    ['Latchkey-Retries', ['', '6', '1.5', '+1', 'true', '1 1']],
    ['Latchkey-Follow-Redirects', ['', 'true', '21', '1;', '1; keep', 'keep-method', '1, keep-method']],
    ['Latchkey-Decode', ['', '1', 'yes', 'TRUE']],
    ['Latchkey-Items', ['', '0', '1000001', 'all']],
  ])('of %s that cannot be read are refused, the header named and the value not repeated', (name, values) => {
    for (const value of values) {
      const { status, code, details } = refusal([name, value]);
      expect([value, status, code]).toEqual([value, 400, 'invalid_request']);
      expect(details.map(({ path }) => path)).toEqual([`headers.${name.toLowerCase()}`]);
      if (value.length > 3) expect(details[0]?.message).not.toContain(`"${value}"`);
    }
  });

  it.each([
    'Latchkey-Time-Out',
    'latchkey-',
    'latchkey-constructor',
    'latchkey_timeout',
    'Latchkey-__proto__',
  ])('that there are not are refused: %s', (name) => {
    const { status, details } = refusal([name, '1']);
    expect([status, details[0]?.path]).toEqual([400, `headers.${name.toLowerCase()}`]);
    expect(details[0]?.message).toContain('latchkey-follow-redirects');
  });

  it('that come twice are refused, and all that is wrong is told at once', () => {
    const { details } = refusal(
      ['latchkey-retries', '1'],
      ['Latchkey-Retries', '1'],
      ['latchkey-decode', 'x'],
    );
    expect(details.map(({ path }) => path)).toEqual(['headers.latchkey-retries', 'headers.latchkey-decode']);
  });
});
