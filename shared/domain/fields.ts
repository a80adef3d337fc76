import { invalid, type ErrorDetail } from '../errors.ts';
import { matches } from './patterns.ts';
import type { Field } from './services/definition.ts';

type Values = Readonly<Record<string, string>>;

const wrong = (field: Field, value: string | undefined): string | undefined => {
  if (value === undefined || value === '') return field.required ? 'This field is needed.' : undefined;
  if (field.pattern === undefined) return undefined;
  return matches(field.pattern, value)
    ? undefined
    : `Expected a value that matches ${field.pattern}.${field.help ? ` ${field.help}` : ''}`;
};

/** What is wrong with the values of a service's fields, each by its path. The messages hold no value. */
export const fieldErrors = (
  fields: readonly Field[],
  values: Values,
  path: string,
): readonly ErrorDetail[] => [
  ...fields.flatMap((field) => {
    const message = wrong(field, Object.hasOwn(values, field.key) ? values[field.key] : undefined);
    return message === undefined ? [] : [{ path: `${path}.${field.key}`, message }];
  }),
  ...Object.keys(values)
    .filter((key) => !fields.some((field) => field.key === key))
    .map((key) => ({ path: `${path}.${key}`, message: 'The service has no such field.' })),
];

/** Rejects with 422, a message per field. */
export const checkFields = (fields: readonly Field[], values: Values, path: string): void => {
  const details = fieldErrors(fields, values, path);
  if (details.length > 0) throw invalid('invalid_fields', 'Some fields cannot be used as they are.', details);
};

/** The fields that are still to be given. */
export const missingFields = (fields: readonly Field[], values: Values): readonly Field[] =>
  fields.filter((field) => field.required && !(Object.hasOwn(values, field.key) && values[field.key]));
