import { describe, expect, it } from '@jest/globals';
import { Applied, applyCredential, bearer, UnusableCredential } from '#shared/protocols/apply.ts';
import { UnfilledPlaceholder } from '#shared/template.ts';

const rules = (...list: readonly unknown[]) => list.map((rule) => Applied.parse(rule));

describe('putting a credential on a request', () => {
  it('puts a parameter without a stated place into the query (R29)', () => {
    expect(applyCredential(rules({ name: 'key', value: '{{k}}' }), { k: 'v' })).toEqual({
      headers: [],
      query: [['key', 'v']],
    });
  });

  it('puts each part where its rule says, header names in lower case', () => {
    const applied = applyCredential(
      rules(
        { in: 'header', name: 'X-Api-Key', value: '{{k}}' },
        { in: 'cookie', name: 'session', value: '{{k}}' },
        { in: 'basic', value: '{{user}}:{{k}}' },
        { in: 'query', name: 'q', value: 'a {{k}} b' },
      ),
      { k: 'v&1', user: 'ü' },
    );
    expect(applied.headers).toEqual([
      ['x-api-key', 'v&1'],
      ['authorization', `Basic ${Buffer.from('ü:v&1').toString('base64')}`],
      ['cookie', 'session=v&1'],
    ]);
    expect(applied.query).toEqual([['q', 'a v&1 b']]);
  });

  it('sends cookies of several rules as one header (RFC 6265 §5.4)', () => {
    const two = rules({ in: 'cookie', name: 'a', value: '1' }, { in: 'cookie', name: 'b', value: '2' });
    expect(applyCredential(two, {}).headers).toEqual([['cookie', 'a=1; b=2']]);
  });

  it('has the bearer header of RFC 6750 for services that say nothing', () => {
    expect(applyCredential([bearer], { access_token: 'at' }).headers).toEqual([
      ['authorization', 'Bearer at'],
    ]);
  });

  it('does not expand what a value of the credential holds', () => {
    const { query } = applyCredential(rules({ name: 'a', value: '{{k}}' }), { k: '{{other}}', other: 'no' });
    expect(query).toEqual([['a', '{{other}}']]);
  });

  it('names the placeholder that nothing fills', () => {
    expect(() => applyCredential(rules({ name: 'a', value: '{{constructor}}' }), {})).toThrow(
      UnfilledPlaceholder,
    );
  });

  it.each(['a\r\nX-Evil: 1', 'a\n', '\ra', 'a\0b', 'a\u0001b', 'a\u007f', 'naïve – no', '日本'])(
    'refuses %j in a header, and does not repeat it',
    (value) => {
      for (const place of ['header', 'cookie'] as const) {
        const run = () => applyCredential(rules({ in: place, name: 'a', value: '{{v}}' }), { v: value });
        expect(run).toThrow(UnusableCredential);
        expect(run).not.toThrow(value);
      }
    },
  );

  it('takes any text in the query and any letters under basic, where they are encoded', () => {
    const { headers, query } = applyCredential(
      rules({ name: 'a', value: '{{v}}\r\n' }, { in: 'basic', value: 'u:{{v}}' }),
      { v: '日' },
    );
    expect(query).toEqual([['a', '日\r\n']]);
    expect(headers).toEqual([['authorization', `Basic ${Buffer.from('u:日').toString('base64')}`]]);
  });

  it('refuses control characters under basic (RFC 7617 §2)', () => {
    expect(() => applyCredential(rules({ in: 'basic', value: 'u:{{v}}' }), { v: 'a\nb' })).toThrow(
      UnusableCredential,
    );
  });
});

describe('a rule for a credential', () => {
  it.each<[unknown, string]>([
    [{ value: 'x' }, 'without a name'],
    [{ in: 'header', value: 'x' }, 'in a header without a name'],
    [{ in: 'header', name: 'a b', value: 'x' }, 'with a space in a header name'],
    [{ in: 'header', name: 'a:\r\nb', value: 'x' }, 'with a line break in a header name'],
    [{ in: 'cookie', name: 'a=b', value: 'x' }, 'with an equals sign in a cookie name'],
    [{ in: 'elsewhere', name: 'a', value: 'x' }, 'in an unknown place'],
    [{ name: 'a', value: '' }, 'without a value'],
  ])('is refused: %j (%s)', (rule, _why) => {
    expect(Applied.safeParse(rule).success).toBe(false);
  });
});
