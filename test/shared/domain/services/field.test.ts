import { describe, expect, it } from '@jest/globals';
import { Field, Fields } from '#shared/domain/services/field.ts';

const problems = (field: Record<string, unknown>) =>
  Field.safeParse({ key: 'k', ...field }).error?.issues.map(({ path }) => path.join('.'));

describe('a field', () => {
  it('is required and no secret unless it says so', () => {
    expect(Field.parse({ key: 'k' })).toEqual({ key: 'k', required: true, secret: false });
  });

  it('may say all that the page shows', () => {
    const field = {
      key: 'region',
      title: 'Region',
      help: 'Where your account lies.',
      default: 'eu',
      options: [{ value: 'eu', label: 'Europe' }, { value: 'us' }],
      required: false,
      secret: false,
      order: -1,
    };
    expect(Field.parse(field)).toEqual(field);
    expect(
      problems({ prefix: 'https://', suffix: '.acme.com', pattern: '^[a-z]+$', default: 'eu' }),
    ).toBeUndefined();
  });

  it.each([
    'access_token',
    'token_secret',
    'constructor',
    'toString',
    '__proto__',
    '',
    '1a',
    'a.b',
    'a-b',
    ' a',
    'ä',
  ])('cannot have the key %j', (key) => {
    expect(problems({ key })).toContain('key');
  });

  it.each(['client_id', 'client_secret', 'scope', 'metadata', 'username'])('may have the key %j', (key) => {
    expect(problems({ key })).toBeUndefined();
  });

  it.each([
    ['default', { options: [{ value: 'eu' }], default: 'us' }],
    ['default', { pattern: '^[a-z]+$', default: 'EU' }],
    ['default', { secret: true, default: 'x' }],
    ['default', { default: '' }],
    ['pattern', { pattern: '(' }],
    ['pattern', { pattern: '(?=a)' }],
    ['pattern', { pattern: '(a)\\1' }],
    ['pattern', { pattern: '^eu$', options: [{ value: 'eu' }] }],
    ['options', { options: [] }],
    ['options', { options: [{ value: 'a' }, { value: 'a', label: 'A' }] }],
    ['options', { options: Array.from({ length: 101 }, (_, index) => ({ value: String(index) })) }],
    ['options.0.value', { options: [{ value: '' }] }],
    ['prefix', { prefix: 'x'.repeat(101) }],
    ['suffix', { suffix: 'a\nb' }],
    ['help', { help: 'x'.repeat(2001) }],
    ['order', { order: 1.5 }],
    ['', { unheard: true }],
  ])('that contradicts itself is told where, at %j: %.80j', (path, field) => {
    expect(problems(field)).toEqual([path]);
  });
});

describe('the fields of a service', () => {
  it('each have a key of their own', () => {
    expect(Fields.safeParse([{ key: 'a' }, { key: 'a' }]).error?.issues[0]?.message).toBe(
      'Two fields share a key.',
    );
    expect(Fields.safeParse([{ key: 'a' }, { key: 'A' }]).success).toBe(true);
  });

  it('are thirty at the most', () => {
    const fields = Array.from({ length: 31 }, (_, index) => ({ key: `k${String(index)}` }));
    expect([Fields.safeParse(fields).success, Fields.safeParse(fields.slice(1)).success]).toEqual([
      false,
      true,
    ]);
  });
});
