import { Applied } from '../apply.ts';
import type { Finding } from './draft.ts';
import type { FieldBook } from './fields.ts';
import type { Scheme } from './scheme.ts';

/** Where the parts of a credential go, once their fields are in the book. */
export interface Placed {
  readonly rules: readonly Applied[];
  readonly findings: readonly Finding[];
}

const authorization = (value: string): Applied => ({ in: 'header', name: 'Authorization', value });

const asIs = (path: string): Finding => ({
  level: 'info',
  path,
  message: 'The document asks for the key in the header Authorization and does not say how it begins.',
  remedy: 'Where the provider wants a word before it, write it into apply, such as "Token {{key}}".',
});

const computed = (path: string): Finding => ({
  level: 'warning',
  path,
  message: 'The document asks for an HTTP authentication that may be computed anew for each request.',
  remedy: 'Use the draft only where a fixed text follows the name of the scheme in the header Authorization.',
});

/** Makes the fields of a scheme whose credential a person copies, and says where they go. */
export const placeKey = ({ id, path, help, is }: Scheme, book: FieldBook): Placed => {
  const secret = true;
  if (is.kind === 'apiKey') {
    const key = book.add(id, { title: is.parameter, help, secret });
    const inAuthorization = is.place === 'header' && is.parameter.toLowerCase() === 'authorization';
    return {
      rules: [{ in: is.place, name: is.parameter, value: `{{${key}}}` }],
      findings: inAuthorization ? [asIs(path)] : [],
    };
  }
  if (is.kind === 'basic') {
    const username = book.add('username', { title: 'User name', help });
    const password = book.add('password', { title: 'Password', secret });
    return { rules: [{ in: 'basic', value: `{{${username}}}:{{${password}}}` }], findings: [] };
  }
  if (is.kind === 'bearer') {
    const token = book.add('token', { title: 'Token', help, secret });
    return { rules: [authorization(`Bearer {{${token}}}`)], findings: [] };
  }
  if (is.kind === 'http') {
    const token = book.add('token', { title: 'Token', help, secret });
    return { rules: [authorization(`${is.scheme} {{${token}}}`)], findings: [computed(path)] };
  }
  return { rules: [], findings: [] };
};

/** Whether a parameter can carry a key: no header has a space in its name. */
export const canCarry = (place: string, parameter: string): boolean =>
  Applied.safeParse({ in: place, name: parameter, value: 'x' }).success;

const target = ({ in: place, name = 'Authorization' }: Applied) =>
  place === 'basic' ? 'header authorization' : `${place} ${place === 'header' ? name.toLowerCase() : name}`;

/** Keeps the first of rules that would write to the same place, and tells of the others. */
export const withoutClashes = (rules: readonly Applied[], path: string): Placed => {
  const kept = rules.filter(
    (rule, index) => rules.findIndex((other) => target(other) === target(rule)) === index,
  );
  const clash: Finding = {
    level: 'warning',
    path,
    message: 'Two schemes that are asked for together write to the same place; the draft has the first.',
    remedy: 'Look up at the provider which of them is meant, and change apply.',
  };
  return { rules: kept, findings: kept.length < rules.length ? [clash] : [] };
};
