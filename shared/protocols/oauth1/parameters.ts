import { secret, type Secret } from '../../secret.ts';
import { fill } from '../../template.ts';
import type { Ground, Pairs } from '../protocol.ts';
import { baseString } from './base-string.ts';
import type { OAuth1Definition } from './definition.ts';
import { UnusableSecret } from '../unusable.ts';
import { signatureOf } from './signature.ts';

/** A token and its secret: temporary ones, those of a grant, or those that the person copied. */
export interface Token {
  readonly token: string;
  readonly secret: Secret;
}

const characters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Letters and digits alone: some providers refuse all else. 24 of them are beyond 140 bits. */
const nonce = (bytes: Ground['bytes']): string =>
  Array.from(bytes(24), (byte) => characters[byte % characters.length]).join('');

/** The name of the secret that the signature is made with. */
export const secretName = ({ signatureMethod }: OAuth1Definition): 'consumerSecret' | 'privateKey' =>
  signatureMethod === 'RSA-SHA1' ? 'privateKey' : 'consumerSecret';

const applicationSecret = (definition: OAuth1Definition, { secrets, values }: Ground): Secret => {
  const name = secretName(definition);
  const text = secrets[name]?.reveal();
  if (text === undefined)
    throw new UnusableSecret(
      `The OAuth application has no ${name}, which ${definition.signatureMethod} needs: set it in the service.`,
    );
  return secret(text.includes('{{') ? fill(text, values) : text);
};

interface SigningInput {
  readonly definition: OAuth1Definition;
  readonly ground: Ground;
  readonly method: string;
  readonly url: URL;
  /** The body of a form, one byte a character; undefined when the body is none. */
  readonly form?: string | undefined;
  /** Absent before there is one, and in two-legged calls. */
  readonly token?: Token | undefined;
  /** Parameters of this request alone, such as `oauth_callback`. */
  readonly extra?: Pairs;
}

/**
 * The protocol parameters of a request, the signature last (RFC 5849 §3.1).
 * Throws `UnusableSecret`, or `UnfilledPlaceholder` where a template asks for what is not there.
 */
export const signedParameters = (input: SigningInput): Pairs => {
  const { definition, ground, token } = input;
  const { signatureMethod } = definition;
  const parameters: Pairs = [
    ['oauth_consumer_key', fill(definition.consumerKey, ground.values)],
    ...(token ? [['oauth_token', token.token] as const] : []),
    ['oauth_signature_method', signatureMethod],
    ['oauth_timestamp', String(Math.floor(ground.now / 1000))],
    ['oauth_nonce', nonce(ground.bytes)],
    ...(input.extra ?? []),
    ...(definition.version ? [['oauth_version', '1.0'] as const] : []),
  ];
  const base = baseString({ method: input.method, url: input.url, form: input.form, parameters });
  const application = applicationSecret(definition, ground);
  const signature = signatureOf(signatureMethod, base, {
    application,
    tokenSecret: token?.secret ?? secret(''),
  });
  return [...parameters, ['oauth_signature', signature]];
};

/** The realm of the Authorization header, filled. */
export const realmOf = ({ realm }: OAuth1Definition, { values }: Ground): string | undefined =>
  realm === undefined ? undefined : fill(realm, values);
