import type { Pairs } from '../protocol.ts';
import { encode, encodeAgain } from './encode.ts';

/** The parameters of a query or of a form's body (one byte a character), in order and percent-encoded (RFC 5849 §3.4.1.3.1). */
export const formParameters = (raw: string): Pairs =>
  raw
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const end = part.indexOf('=');
      return end < 0
        ? [encodeAgain(part), '']
        : [encodeAgain(part.slice(0, end)), encodeAgain(part.slice(end + 1))];
    });

/** The base string URI: scheme and host in lower case, no default port, no query (§3.4.1.2). `URL` does all of it. */
export const baseStringUri = ({ protocol, host, pathname }: URL): string => `${protocol}//${host}${pathname}`;

/** Encoded text is ASCII, so that comparing it compares bytes. */
const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** Encoded parameters as one text: sorted by name, those of one name by value (§3.4.1.3.2). */
export const normalised = (parameters: Pairs): string =>
  parameters
    .toSorted(([name, value], [other, otherValue]) => compare(name, other) || compare(value, otherValue))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');

interface BaseStringInput {
  readonly method: string;
  readonly url: URL;
  /** The body of a form, one byte a character; undefined when the body is none. */
  readonly form: string | undefined;
  /** The protocol parameters as they are, without `realm` and without the signature. */
  readonly parameters: Pairs;
}

/** The text that is signed (§3.4.1.1): method, URI, and the parameters of query, form and protocol together. */
export const baseString = ({ method, url, form, parameters }: BaseStringInput): string =>
  [
    method.toUpperCase(),
    baseStringUri(url),
    normalised([
      ...formParameters(url.search.slice(1)),
      ...formParameters(form ?? ''),
      ...parameters.map(([name, value]) => [encode(name), encode(value)] as const),
    ]),
  ]
    .map(encode)
    .join('&');
