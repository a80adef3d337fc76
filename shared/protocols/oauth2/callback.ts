import type { CallbackRefusal, Values } from '../protocol.ts';
import type { AuthorizationCodeDefinition } from './definition.ts';

/** What a provider sent back to the redirect URI (RFC 6749 §4.1.2): a code, and what is kept of the other parameters. */
interface Arrival {
  readonly kind: 'code';
  readonly code: string;
  /** By the names that the definition gives them. */
  readonly metadata: Values;
}

/** The provider's own code, kept only when it has the form that RFC 6749 §4.1.2.1 gives it. */
const errorCode = (text: string) =>
  /^[\x20\x21\x23-\x5b\x5d-\x7e]{1,100}$/.test(text) ? text : 'unreadable_error';

/** The parameter of a callback; undefined when it is not there, or twice. */
const single = (query: URLSearchParams, name: string): string | undefined => {
  const [value, ...others] = query.getAll(name);
  return others.length === 0 ? value : undefined;
};

/** The state of a callback; undefined when there is none, or two. */
export const callbackState = (query: URLSearchParams): string | undefined => single(query, 'state');

/** A callback of another issuer is the mix-up attack; errors may be its way too (RFC 9207 §2.4). */
const issuerRefusal = (
  { authorizationResponse }: AuthorizationCodeDefinition,
  issuer: string | undefined,
  iss: string | null,
): CallbackRefusal | undefined => {
  if (issuer === undefined) return undefined;
  if (iss !== null && iss !== issuer) return { kind: 'refused', code: 'iss_mismatch' };
  if (iss === null && authorizationResponse.requireIss) return { kind: 'refused', code: 'iss_missing' };
  return undefined;
};

const longest = 2000;

const keptOf = (names: Values, query: URLSearchParams): Values =>
  Object.fromEntries(
    Object.entries(names).flatMap(([name, parameter]) => {
      const value = single(query, parameter);
      return value === undefined || value.length > longest ? [] : [[name, value]];
    }),
  );

/**
 * Judges the parameters of a callback. A doubled parameter is refused, for nobody knows which of the two was meant; so is
 * one that another issuer sent (RFC 9207): `issuer` is the one that the person was sent to.
 */
export const judgeCallback = (
  definition: AuthorizationCodeDefinition,
  query: URLSearchParams,
  issuer: string | undefined,
): Arrival | CallbackRefusal => {
  const { code: codeName, metadata } = definition.authorizationResponse;
  const doubled = ['state', 'error', 'iss', 'code', codeName].some((name) => query.getAll(name).length > 1);
  if (doubled) return { kind: 'malformed', code: 'doubled_parameter' };
  const refusal = issuerRefusal(definition, issuer, query.get('iss'));
  if (refusal) return refusal;
  const error = query.get('error');
  if (error !== null) return { kind: 'refused', code: errorCode(error) };
  const code = query.get(codeName);
  if (!code) return { kind: 'malformed', code: 'code_missing' };
  return { kind: 'code', code, metadata: keptOf(metadata, query) };
};
