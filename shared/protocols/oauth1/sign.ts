import { secret } from '../../secret.ts';
import { fill } from '../../template.ts';
import type { Ground, Pairs, Signed, SignInput } from '../protocol.ts';
import { formParameters } from './base-string.ts';
import { bodyHash } from './body-hash.ts';
import type { OAuth1Definition } from './definition.ts';
import { UnusableRequest } from '../unusable.ts';
import { realmOf, signedParameters, type Token } from './parameters.ts';
import { authorizationHeader, inForm, inQuery } from './transmit.ts';

const valuesOf = (headers: Pairs, name: string): readonly string[] =>
  headers.filter(([own]) => own.toLowerCase() === name).map(([, value]) => value.trim().toLowerCase());

/** The body of a form, one byte a character; undefined when the body is none (RFC 5849 §3.4.1.3.1). */
const formOf = ({ headers, body }: SignInput): string | undefined => {
  const [type = ''] = valuesOf(headers, 'content-type');
  if (body === undefined || !/^application\/x-www-form-urlencoded\s*(;|$)/.test(type)) return undefined;
  if (valuesOf(headers, 'content-encoding').some((encoding) => encoding !== 'identity'))
    throw new UnusableRequest('A compressed form cannot be signed: send it without Content-Encoding.');
  return Buffer.from(body).toString('latin1');
};

/** No protocol parameter may be there twice (§3.1), nor in two places (§3.5): whose would count is the server's guess. */
const checkOwn = ({ url, headers }: SignInput, form: string | undefined): void => {
  const names = [...formParameters(url.search.slice(1)), ...formParameters(form ?? '')].map(([name]) => name);
  if (names.some((name) => name.startsWith('oauth_')))
    throw new UnusableRequest(
      'The call brings parameters whose names begin with oauth_, which the signature itself adds: leave them out.',
    );
  if (valuesOf(headers, 'authorization').some((value) => /^oauth(\s|$)/.test(value)))
    throw new UnusableRequest(
      'The call brings an OAuth signature of its own in Authorization: leave it out.',
    );
};

/** The token that a call is signed with; undefined for two-legged calls. */
const tokenOf = (definition: OAuth1Definition, { values }: Ground): Token | undefined => {
  const { token, tokenSecret } =
    definition.grant === 'three_legged'
      ? { token: '{{access_token}}', tokenSecret: '{{token_secret}}' }
      : definition;
  if (token === undefined) return undefined;
  return { token: fill(token, values), secret: secret(fill(tokenSecret ?? '', values)) };
};

const signed = (definition: OAuth1Definition, input: SignInput): Signed => {
  const { ground, method, url, body } = input;
  const form = formOf(input);
  checkOwn(input, form);
  const hashed = definition.bodyHash && form === undefined;
  const parameters = signedParameters({
    definition,
    ground,
    method,
    url,
    form,
    token: tokenOf(definition, ground),
    extra: hashed ? [['oauth_body_hash', bodyHash(definition.signatureMethod, body)]] : [],
  });
  if (definition.signatureIn === 'query') return { url: inQuery(url, parameters), headers: [], body };
  if (definition.signatureIn === 'body' && form !== undefined)
    return { url, headers: [], body: inForm(form, parameters) };
  const header = authorizationHeader(parameters, realmOf(definition, ground));
  return { url, headers: [['authorization', header]], body };
};

/**
 * Signs a call on the URL, headers and body that are sent. Parameters go where the definition says; into the header where
 * a body that is no form leaves no other place. Rejects with `UnusableRequest`, `UnusableSecret` or `UnfilledPlaceholder`.
 */
export const signCall = (definition: OAuth1Definition, input: SignInput): Promise<Signed> =>
  Promise.try(signed, definition, input);
