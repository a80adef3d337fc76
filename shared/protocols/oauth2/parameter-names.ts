import { fill } from '../../template.ts';
import type { Pairs, Values } from '../protocol.ts';
import type { OAuth2Definition } from './definition.ts';
import type { standardParameters } from './parameters.ts';

type Standard = (typeof standardParameters)[number];

/** Parameters by the names that the RFCs give them, in order; a name may repeat. */
export type StandardPairs = readonly (readonly [Standard, string])[];

/** The same under the names that the provider knows them by, without those that it wants left out. */
export const providerNames = ({ parameterNames }: OAuth2Definition, pairs: StandardPairs): Pairs =>
  pairs.flatMap(([standard, value]) => {
    const name = parameterNames[standard] === undefined ? standard : parameterNames[standard];
    return name === null ? [] : [[name, value] as const];
  });

/** The definition's own parameters, filled, and after them the protocol's, which they replace none of. */
export const withOwn = (own: Values, values: Values, protocol: Pairs): Pairs => {
  const taken = new Set(protocol.map(([name]) => name));
  const free = Object.entries(own).filter(([name]) => !taken.has(name));
  return [...free.map(([name, template]) => [name, fill(template, values)] as const), ...protocol];
};

/** Parameters as a form (`application/x-www-form-urlencoded`). */
export const asForm = (pairs: Pairs): string =>
  new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, value])).toString();

/** Spaces as `%20`: every server reads that, and not every one reads the plus of a form. A plus itself is `%2B`. */
const encoded = (pairs: Pairs): string => asForm(pairs).replaceAll('+', '%20');

/** Puts parameters behind a URL's own, of which those with the same names go. The rest of the URL stays as it was written. */
export const putParameters = (url: URL, pairs: Pairs): URL => {
  const result = new URL(url);
  for (const [name] of pairs) if (result.searchParams.has(name)) result.searchParams.delete(name);
  result.search = [result.search.slice(1), encoded(pairs)].filter((part) => part !== '').join('&');
  return result;
};
