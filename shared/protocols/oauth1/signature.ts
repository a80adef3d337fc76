import { createHmac, createPrivateKey, sign, type KeyObject } from 'node:crypto';
import type { Secret } from '../../secret.ts';
import type { OAuth1Definition } from './definition.ts';
import { encode } from './encode.ts';
import { UnusableSecret } from '../unusable.ts';

export type SignatureMethod = OAuth1Definition['signatureMethod'];

/** What a signature is made with: the secret shared with the provider, or the private key in its place for RSA-SHA1. */
interface SigningKey {
  readonly application: Secret;
  /** Empty where there is no token (RFC 5849 §3.4.2). */
  readonly tokenSecret: Secret;
}

const sharedKey = ({ application, tokenSecret }: SigningKey): string =>
  `${encode(application.reveal())}&${encode(tokenSecret.reveal())}`;

const rsaKey = (application: Secret): KeyObject => {
  const advice =
    'The private key of the OAuth application is no RSA key in PEM (PKCS #8): set privateKey anew.';
  const parse = () => {
    try {
      return createPrivateKey(application.reveal());
    } catch {
      // Without the cause: the parser's own text may quote what it read.
      throw new UnusableSecret(advice);
    }
  };
  const key = parse();
  if (key.asymmetricKeyType !== 'rsa') throw new UnusableSecret(advice);
  return key;
};

/** Signs a base string: HMAC (RFC 5849 §3.4.2), RSA (§3.4.3), or the secrets themselves (§3.4.4). Throws `UnusableSecret`. */
export const signatureOf = (method: SignatureMethod, base: string, key: SigningKey): string => {
  switch (method) {
    case 'HMAC-SHA1':
      return createHmac('sha1', sharedKey(key)).update(base).digest('base64');
    case 'HMAC-SHA256':
      return createHmac('sha256', sharedKey(key)).update(base).digest('base64');
    case 'RSA-SHA1':
      return sign('sha1', Buffer.from(base), rsaKey(key.application)).toString('base64');
    case 'PLAINTEXT':
      return sharedKey(key);
  }
};
