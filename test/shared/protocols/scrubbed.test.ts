import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { scrubbed } from '#shared/protocols/scrubbed.ts';
import { spellings } from '#shared/protocols/spellings.ts';
import { secret } from '#shared/secret.ts';

const scrub = (text: string, known: readonly string[] = []) => scrubbed(secret(text), known);
const letter = (letters: string) => fc.constantFrom(...Array.from(letters));
const hex = (length: number) => fc.string({ unit: letter('0123456789abcdef'), minLength: length });

describe('what providers say', () => {
  it.each([
    'Token has been expired or revoked.',
    'The refresh token is invalid, expired or revoked (see https://docs.acme.example/oauth2/errors).',
    'AADSTS50076: Due to a configuration change made by your administrator, you must use multi-factor authentication.',
    'expired access/refresh token',
    'InvalidAuthenticationToken: the grant was issued to another client.',
    'Error code: 50173. The grant was revoked on 2026-03-01T09:00:00Z.',
    'invalid_token: The token was revoked',
    'Le jeton a été révoqué — 令牌已被撤销',
  ])('stays as it is: %s', (text) => {
    expect(scrub(text)).toBe(text);
  });

  it('loses what traces a person or a request', () => {
    expect(
      scrub(
        'AADSTS700082: The refresh token has expired due to inactivity. The token was issued on 2026-01-02T03:04:05.0000000Z.\r\nTrace ID: 0bd8c3f6-1111-4a2b-9c3d-5e6f7a8b9c0d\r\nCorrelation ID: 77aa88bb-2222-4c3d-8e9f-0a1b2c3d4e5f',
      ),
    ).toBe(
      'AADSTS700082: The refresh token has expired due to inactivity. The token was issued on 2026-01-02T03:04:05.0000000Z. Trace ID: … Correlation ID: …',
    );
    expect(scrub('User ada@acme.example (10.2.33.4) with the phone 0049301234567 is locked.')).toBe(
      'User … (…) with the phone … is locked.',
    );
  });

  it.each([
    ['See https://a:b@acme.example/x?code=abc#frag now.', 'See https://acme.example/x now.'],
    ['bad token=abc&secret: xyz, code="a b c" given', 'bad token=…&secret: …, code=… given'],
    ['client_secret: s3cr wrong', 'client_secret: … wrong'],
    [`{"clientSecret":"s3cr t"} wrong`, `{"clientSecret":…} wrong`],
    ['Bearer a1b2 refused', 'Bearer … refused'],
    ['Got eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.sig back', 'Got … back'],
    ['key AKIAIOSFODNN7EXAMPLE unknown', 'key … unknown'],
    ['zero\u200bwidth and \u0007bell\nline', 'zerowidth and bell line'],
  ])('loses what looks like a credential: %s', (text, expected) => {
    expect(scrub(text)).toBe(expected);
  });

  it('is one line of at most 200 characters, and nothing when no word is left', () => {
    const long = scrub('word '.repeat(300)) ?? '';
    expect([long.length, long.endsWith('…')]).toEqual([200, true]);
    expect(scrub(`${'a '.repeat(99)}b😀😀`)?.isWellFormed()).toBe(true);
    expect(scrub('hunter2!', ['hunter2!'])).toBeUndefined();
    expect(scrub(' \n ')).toBeUndefined();
    expect(scrubbed(undefined, [])).toBeUndefined();
  });
});

describe('a secret that is known', () => {
  it('is struck out by its beginning too, and a short one only where it stands alone', () => {
    expect(scrub('The token correct-horse… is over.', ['correct-horse-battery'])).toBe(
      'The token … is over.',
    );
    expect(scrub('Nobody must use us here.', ['us'])).toBe('Nobody must use … here.');
  });

  const letters = fc.string({
    unit: letter('abcXYZ059-_.~+/=&%"\'<>\\ é'),
    minLength: 4,
    maxLength: 60,
  });
  const secrets = fc
    .oneof(letters, fc.base64String({ minLength: 4 }), hex(4), fc.uuid(), fc.string({ minLength: 4 }))
    .filter(
      (value) => value.trim().length >= 4 && !/[…\p{Cf}\p{Cc}]/u.test(value) && /[\p{L}\p{N}]/u.test(value),
    );
  const around = fc.string({ unit: letter('abc Zé09.,:;=&?/"\n'), maxLength: 80 });

  it('never comes through, however it is spelt and whatever stands around it', () => {
    const planted = fc
      .tuple(secrets, around, around, fc.nat({ max: 20 }))
      .map(([value, before, after, at]) => {
        const spelt = spellings(value);
        return { value, spelt, text: `${before}${spelt[at % spelt.length] ?? ''}${after}` };
      });
    fc.assert(
      fc.property(planted, ({ value, spelt, text }) => {
        const shown = (scrub(text, [value]) ?? '').toLowerCase();
        for (const spelling of spelt.filter((one) => one.length >= 4))
          expect(shown).not.toContain(spelling.toLowerCase());
      }),
      { numRuns: 1500 },
    );
  });

  it('never comes through from inside of an encoded pair', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.string({ maxLength: 20 }), (value, id) => {
        const pair = Buffer.from(`${id}:${value}`).toString('base64');
        expect(scrub(`Basic pair ${pair} refused`, [value])).not.toContain(pair.slice(-30));
      }),
    );
  });
});

describe('a credential that nobody knows', () => {
  it('never comes through when it is long and holds a digit', () => {
    const issued = fc
      .oneof(
        hex(16),
        fc.uuid(),
        fc.base64String({ minLength: 24 }).map((text) => text.replace(/=+$/, '')),
      )
      .filter((value) => value.length >= 16 && /\d/.test(value) && !/[/]/.test(value));
    fc.assert(
      fc.property(issued, (value) => {
        expect(scrub(`The token ${value} is over.`)).not.toContain(value);
      }),
      { numRuns: 500 },
    );
  });
});
