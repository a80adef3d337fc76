import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { sealedContent, withoutAuthIds } from '#shared/domain/transfers/sealed-content.ts';

const id = `auth_${'0'.repeat(26)}`;

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

const holds = (value: unknown): boolean => JSON.stringify(value).includes(id);

/** JSON of any shape with the id of an auth somewhere in some of its texts. */
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(
      fc.string(),
      fc.string().map((text) => `${text}${id}${text}`),
      fc.integer(),
      fc.constant(null),
    ),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(fc.string({ maxLength: 6 }), tie('json'), { maxKeys: 4 }),
  ),
}));

describe('what a bundle never holds', () => {
  it('is found wherever the id of an auth stands, and is gone after it was taken out; all else stays', () => {
    let found = 0;
    fc.assert(
      fc.property(json, (value) => {
        const parts = sealedContent(value, []).filter(({ kind }) => kind === 'auth_id');
        expect(parts.length > 0).toBe(holds(value));
        found += parts.length;
        const clean = withoutAuthIds(value);
        expect(JSON.stringify(clean)).toBe(JSON.stringify(value).replaceAll(id, '{{auth}}'));
      }),
      { numRuns: 500, seed: 7 },
    );
    expect(found).toBeGreaterThan(100);
  });

  it('is looked for in time that grows with the size alone', () => {
    const texts = ['?', '://', '://a:', 'eyJ', '{{', '_', '-----BEGIN ', 'bearer ', '?a=', 'auth_', '0'];
    for (const text of texts) {
      const long = text.repeat(Math.ceil(500_000 / text.length));
      const began = performance.now();
      sealedContent({ [long]: long, password: long, x: [long, long] }, []);
      expect([text, performance.now() - began < 3000]).toEqual([text, true]);
    }
  });
});
