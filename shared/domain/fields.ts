import { invalid, type ErrorDetail } from '../errors.ts';
import { matches } from './patterns.ts';
import type { Field } from './services/field.ts';

type Values = Readonly<Record<string, string>>;

/** Characters of one value. */
const longest = 16_384;

const own = (values: Values, key: string): string => (Object.hasOwn(values, key) ? (values[key] ?? '') : '');

const withoutAffixes = (value: string, { prefix = '', suffix = '' }: Field): string => {
  const rest = value.startsWith(prefix) ? value.slice(prefix.length) : value;
  return rest.endsWith(suffix) ? rest.slice(0, rest.length - suffix.length) : rest;
};

/**
 * A field's value as it is kept. Left out, or empty where one is needed, it is the default; an optional field that is
 * given as empty is meant to be empty.
 */
const normalised = (field: Field, values: Values): string => {
  const value = own(values, field.key);
  const given = field.options ? value : withoutAffixes(value, field);
  const open = field.required ? given === '' : !Object.hasOwn(values, field.key);
  return open ? (field.default ?? '') : given;
};

const wrong = ({ required, options, pattern, help }: Field, value: string): string | undefined => {
  if (value === '') return required ? 'This field is needed.' : undefined;
  if (value.length > longest) return `Expected at most ${String(longest)} characters.`;
  if (options && !options.some((option) => option.value === value))
    return `Expected one of: ${options.map((option) => option.value).join(', ')}.`;
  if (pattern === undefined || matches(pattern, value)) return undefined;
  return `Expected a value that matches ${pattern}.${help === undefined ? '' : ` ${help}`}`;
};

/** More of them tell nobody more. */
const mostUnknown = 30;

const unknown = (fields: readonly Field[], values: Values, path: string): readonly ErrorDetail[] =>
  Object.keys(values)
    .filter((key) => !fields.some((field) => field.key === key))
    .slice(0, mostUnknown)
    .map((key) => ({ path: `${path}.${key}`, message: 'The service has no such field.' }));

/** What the values given are for a service's fields, and what is wrong with them. */
interface ReadFields {
  /** Normalised: defaults are in, prefixes and suffixes off, optional fields that are empty left out. */
  readonly values: Values;
  /** Each by its path. The messages hold no value. */
  readonly errors: readonly ErrorDetail[];
}

/** Normalises the values of a service's fields, and tells what is wrong with each. */
export const readFields = (fields: readonly Field[], values: Values, path: string): ReadFields => {
  const read = fields.map((field) => ({ field, value: normalised(field, values) }));
  const errors = read.flatMap(({ field, value }) => {
    const message = wrong(field, value);
    return message === undefined ? [] : [{ path: `${path}.${field.key}`, message }];
  });
  return {
    values: Object.fromEntries(
      read.filter(({ value }) => value !== '').map(({ field, value }) => [field.key, value]),
    ),
    errors: [...errors, ...unknown(fields, values, path)],
  };
};

/** The values of a service's fields, normalised. Rejects with 422, a message per field, when one cannot be used. */
export const givenValues = (fields: readonly Field[], given: Values, path: string): Values => {
  const { values, errors } = readFields(fields, given, path);
  if (errors.length > 0) throw invalid('invalid_fields', 'Some fields cannot be used as they are.', errors);
  return values;
};

/** The fields that are still to be given. One with a default is among them: the person may want another value. */
export const missingFields = (fields: readonly Field[], values: Values): readonly Field[] =>
  fields.filter(({ required, key }) => required && own(values, key) === '');

/** The fields as a person is shown them. */
export const inOrder = (fields: readonly Field[]): readonly Field[] =>
  fields.toSorted((one, other) => (one.order ?? 0) - (other.order ?? 0));
