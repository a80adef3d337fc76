import { describe, expect, it } from '@jest/globals';
import { givenValues, inOrder, missingFields, readFields } from '#shared/domain/fields.ts';
import { Fields } from '#shared/domain/services/field.ts';
import { AppError } from '#shared/errors.ts';

const fields = Fields.parse([
  {
    key: 'subdomain',
    prefix: 'https://',
    suffix: '.acme.com',
    pattern: '^[a-z0-9-]+$',
    help: 'Such as eu1.',
  },
  { key: 'api_key', secret: true },
  { key: 'region', options: [{ value: 'eu', label: 'Europe' }, { value: 'us' }], default: 'eu' },
  { key: 'note', required: false, default: 'none' },
]);
const errorsOf = (...input: Parameters<typeof readFields>) => readFields(...input).errors;
const good = { subdomain: 'eu1', api_key: 'key' };

const refusal = (values: Record<string, string>) => {
  try {
    return givenValues(fields, values, 'body.fields');
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    return error as AppError;
  }
};
const messages = (values: Record<string, string>) =>
  Object.fromEntries(errorsOf(fields, values, '').map(({ path, message }) => [path.slice(1), message]));

describe('the values given for the fields of a service', () => {
  it('get the defaults of what was left out', () => {
    expect(givenValues(fields, good, '')).toEqual({ ...good, region: 'eu', note: 'none' });
  });

  it('get the default where one is needed and is empty, but stay empty where none is needed', () => {
    expect(givenValues(fields, { ...good, region: '', note: '' }, '')).toEqual({ ...good, region: 'eu' });
  });

  it.each(['eu1', 'https://eu1.acme.com', 'https://eu1', 'eu1.acme.com'])(
    'are without prefix and suffix, whether pasted with them or not: %s',
    (subdomain) => {
      expect(givenValues(fields, { ...good, subdomain }, '')['subdomain']).toBe('eu1');
    },
  );

  it('lose prefix and suffix once only', () => {
    const prefixed = Fields.parse([{ key: 'k', prefix: 'a', suffix: 'b' }]);
    expect(givenValues(prefixed, { k: 'aaxbb' }, '')).toEqual({ k: 'axb' });
  });

  it('are missing when nothing is left of them', () => {
    expect(messages({ ...good, subdomain: 'https://.acme.com' })).toEqual({
      subdomain: 'This field is needed.',
    });
  });

  it('are not touched otherwise: spaces and line breaks may belong to a key', () => {
    expect(givenValues(fields, { ...good, api_key: ' a\nb ' }, '')['api_key']).toBe(' a\nb ');
  });

  it('are told apart, each by its path, without a word of what was given', () => {
    const refused = refusal({ subdomain: 'PLANTED', region: 'planted', unknown: 'planted', note: 'x' });
    expect(refused).toMatchObject({ status: 422, code: 'invalid_fields' });
    expect((refused as AppError).details).toEqual([
      { path: 'body.fields.subdomain', message: 'Expected a value that matches ^[a-z0-9-]+$. Such as eu1.' },
      { path: 'body.fields.api_key', message: 'This field is needed.' },
      { path: 'body.fields.region', message: 'Expected one of: eu, us.' },
      { path: 'body.fields.unknown', message: 'The service has no such field.' },
    ]);
    expect(JSON.stringify(refused)).not.toMatch(/planted/i);
  });

  it('are at most 16,384 characters long each', () => {
    expect(messages({ ...good, api_key: 'x'.repeat(16_385) })).toEqual({
      api_key: 'Expected at most 16384 characters.',
    });
    expect(messages({ ...good, api_key: 'x'.repeat(16_384) })).toEqual({});
  });

  it('take nothing from what every object has', () => {
    const odd = Fields.parse([{ key: 'a' }]);
    expect(errorsOf(odd, Object.create({ a: 'x' }) as Record<string, string>, '')).toHaveLength(1);
    const proto = JSON.parse('{"a":"x","__proto__":"y"}') as Record<string, string>;
    expect(errorsOf(odd, proto, '')).toEqual([
      { path: '.__proto__', message: 'The service has no such field.' },
    ]);
  });

  it('that no field knows are not listed without end', () => {
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`k${String(index)}`, '']));
    expect(errorsOf([], many, '')).toHaveLength(30);
  });

  it('can be read even when some are wrong', () => {
    expect(readFields(fields, { subdomain: 'https://eu1.acme.com' }, 'x')).toEqual({
      values: { subdomain: 'eu1', region: 'eu', note: 'none' },
      errors: [{ path: 'x.api_key', message: 'This field is needed.' }],
    });
  });
});

describe('the fields that are missing', () => {
  it('are those that are needed, also with a default: the person may want another value', () => {
    expect(missingFields(fields, { api_key: 'k', subdomain: '' }).map(({ key }) => key)).toEqual([
      'subdomain',
      'region',
    ]);
  });
});

describe('the order of fields', () => {
  it('is what they say, and how they are listed where they say the same', () => {
    const some = Fields.parse([
      { key: 'a' },
      { key: 'b', order: 2 },
      { key: 'c', order: 1 },
      { key: 'd', order: -1 },
      { key: 'e', order: 0 },
      { key: 'f', order: 1 },
    ]);
    expect(inOrder(some).map(({ key }) => key)).toEqual(['d', 'a', 'e', 'c', 'f', 'b']);
    expect(some[0]?.key).toBe('a');
  });
});
