import { createPrivateKey, type KeyObject } from 'node:crypto';
import * as z from 'zod';
import { fill } from '../../template.ts';
import type { Ground } from '../protocol.ts';
import { fillUrl } from '../url-template.ts';
import type { Client } from './client.ts';
import type { OAuth2Definition } from './definition.ts';
import type { StandardPairs } from './parameter-names.ts';
import { UnusableSecret } from '../unusable.ts';

interface AssertionInput {
  readonly ground: Ground;
  readonly client: Client;
  /** PKCS #8 in PEM, or a JWK. */
  readonly key: string;
}

const Jwk = z.looseObject({ kty: z.string(), kid: z.string().optional() });

interface SigningKey {
  readonly key: KeyObject;
  readonly id: string | undefined;
}

const readKey = (text: string): SigningKey => {
  if (text.trimStart().startsWith('{')) {
    const jwk = Jwk.parse(JSON.parse(text));
    return { key: createPrivateKey({ key: jwk, format: 'jwk' }), id: jwk.kid };
  }
  // A key that went through a JSON file or an environment variable often bears its line breaks as two characters.
  return { key: createPrivateKey(text.replaceAll('\\n', '\n')), id: undefined };
};

const unusable = (algorithm: string) =>
  new UnusableSecret(
    `The privateKey cannot sign with ${algorithm}. Set auth.privateKey to an unencrypted private key of that kind, PKCS #8 in PEM or a JWK.`,
  );

/**
 * The client's assertion (RFC 7523 §2.2 and §3, OpenID Connect Core §9), signed for one use. Its audience is the token URL
 * unless the definition names another. Throws `UnusableSecret`; what made the key unreadable is not told, for it may hold parts of it.
 */
export const clientAssertion = async (
  { privateKeyJwt, tokenUrl }: OAuth2Definition,
  { ground, client, key: text }: AssertionInput,
): Promise<StandardPairs> => {
  const { algorithm, keyId, audience, lifetimeSeconds } = privateKeyJwt;
  // Few services want one: the others load no code for it.
  const { SignJWT } = await import('jose/jwt/sign');
  const issuedAt = Math.floor(ground.now / 1000);
  const token = new SignJWT()
    .setIssuer(client.id)
    .setSubject(client.id)
    .setAudience(
      audience === undefined ? fillUrl(tokenUrl, client.values).href : fill(audience, client.values),
    )
    .setJti(Buffer.from(ground.bytes(16)).toString('base64url'))
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + lifetimeSeconds);
  const sign = async () => {
    const { key, id } = readKey(text);
    const kid = keyId ?? id;
    return token
      .setProtectedHeader({ alg: algorithm, typ: 'JWT', ...(kid !== undefined && { kid }) })
      .sign(key);
  };
  const assertion = await sign().catch(() => {
    throw unusable(algorithm);
  });
  return [
    ['client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'],
    ['client_assertion', assertion],
  ];
};
