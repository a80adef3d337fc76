import { UnusableCredential } from '../apply.ts';
import type { Pairs } from '../protocol.ts';
import { encode } from './encode.ts';

const formText = (parameters: Pairs): string =>
  parameters.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');

const joined = (own: string, added: string): string => [own, added].filter((part) => part !== '').join('&');

/** The realm as a quoted string (RFC 9110 §5.6.4). Unlike parameters it is not percent-encoded. */
const quoted = (realm: string): string => {
  if (/[^\t\x20-\x7e\x80-\xff]/.test(realm))
    throw new UnusableCredential('The realm holds characters that a header cannot carry.');
  return `"${realm.replace(/["\\]/g, '\\$&')}"`;
};

/** The value of the Authorization header that carries the parameters (RFC 5849 §3.5.1). Throws `UnusableCredential`. */
export const authorizationHeader = (parameters: Pairs, realm: string | undefined): string =>
  `OAuth ${[
    ...(realm === undefined ? [] : [`realm=${quoted(realm)}`]),
    ...parameters.map(([name, value]) => `${encode(name)}="${encode(value)}"`),
  ].join(', ')}`;

/** A form's body with the parameters at its end (§3.5.2). What stood there keeps its bytes. */
export const inForm = (form: string, parameters: Pairs): Uint8Array =>
  Buffer.from(joined(form, formText(parameters)), 'latin1');

/** A URL with the parameters at the end of its query (§3.5.3). What stood there keeps its bytes. */
export const inQuery = (url: URL, parameters: Pairs): URL => {
  const extended = new URL(url);
  // The setter drops one leading `?`, which a query may well begin with.
  extended.search = `?${joined(url.search.slice(1), formText(parameters))}`;
  return extended;
};
