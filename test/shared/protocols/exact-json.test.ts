import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { exactText, parseExact, scalarText } from '#shared/protocols/exact-json.ts';

const digits = fc.stringMatching(/^\d{1,30}$/);
const whole = fc.oneof(fc.constant('0'), fc.stringMatching(/^[1-9]\d{0,30}$/));
const exponent = fc.tuple(fc.constantFrom('e', 'E', 'e+', 'e-', 'E-'), fc.stringMatching(/^\d{1,4}$/));
const none = fc.constant('');

/** A number as JSON may write it (RFC 8259 §6). */
const written = fc
  .tuple(
    fc.constantFrom('', '-'),
    whole,
    fc.oneof(
      none,
      digits.map((after) => `.${after}`),
    ),
    fc.oneof(
      none,
      exponent.map((parts) => parts.join('')),
    ),
  )
  .map((parts) => parts.join(''));

describe('JSON that is read and written again', () => {
  it('keeps each number as it was written', () => {
    fc.assert(
      fc.property(written, (number) => {
        for (const text of [number, `[${number}]`, `{"a":${number},"b":[1,${number}]}`])
          expect(exactText(parseExact(text))).toBe(text);
        expect(exactText(parseExact(` [ 1 ,\n${number}\t] `))).toBe(`[1,${number}]`);
        expect(scalarText(parseExact(number))).toBe(number);
      }),
      { numRuns: 5000, seed: 7 },
    );
  });

  it('keeps all else, too', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(exactText(parseExact(JSON.stringify(value))))).toEqual(
          JSON.parse(JSON.stringify(value)),
        );
      }),
      { numRuns: 1000, seed: 7 },
    );
  });

  it('is no other than JSON', () => {
    for (const text of ['', '01', '1.', '.5', '+1', 'NaN', '{"a":1,}', "'a'", '\uFEFF\uFEFF1'])
      expect(() => parseExact(text)).toThrow(SyntaxError);
  });
});
