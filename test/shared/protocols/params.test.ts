import { describe, expect, it } from '@jest/globals';
import { HeaderParams, Params, Template } from '#shared/protocols/params.ts';

describe('the settings of a definition that hold placeholders', () => {
  it.each([
    ['parameters', Params],
    ['headers', HeaderParams],
  ])('tell which of the %s is malformed, and what would be right', (_what, Schema) => {
    const { error } = Schema.safeParse({ good: '{{a|x}}', bad: 'x {{upper(a)}}' });
    expect(error?.issues).toMatchObject([
      { path: ['bad'], message: expect.stringContaining('At character 3') },
    ]);
  });

  it('tell only of the length when a text is far too long', () => {
    const { error } = Template.safeParse('{{'.repeat(100_000));
    expect(error?.issues.map(({ code }) => code)).toEqual(['too_big']);
  });

  it('keep a header on one line', () => {
    expect(HeaderParams.safeParse({ a: 'x\r\ny' }).success).toBe(false);
    expect(HeaderParams.parse({ a: '{{x}}' })).toEqual({ a: '{{x}}' });
  });
});
