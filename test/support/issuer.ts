import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { constants, createHmac, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { exportJWK, SignJWT, type JWK } from 'jose';

const pair = {
  rsa: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  weak: () => generateKeyPairSync('rsa', { modulusLength: 1024 }),
  ec: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ec384: () => generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  ed: () => generateKeyPairSync('ed25519'),
};

/** A pair of keys, as the issuer publishes the one half. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly jwk: JWK;
}

export const signingKey = async (kid: string, kind: keyof typeof pair = 'rsa'): Promise<SigningKey> => {
  const { privateKey, publicKey } = pair[kind]();
  return { kid, privateKey, publicKey, jwk: { ...(await exportJWK(publicKey)), kid, use: 'sig' } };
};

const hashes: Readonly<Record<string, string | null>> = {
  RS256: 'sha256',
  RS384: 'sha384',
  RS512: 'sha512',
  PS256: 'sha256',
  ES256: 'sha256',
  ES384: 'sha384',
  EdDSA: null,
};

const base64url = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** A compact JWS as no library would make it: header and payload as they are given. */
export const rawToken = (header: unknown, payload: unknown, key: KeyObject | string | undefined): string => {
  const input = `${base64url(header)}.${base64url(payload)}`;
  const alg = String((header as { alg?: unknown } | null)?.alg);
  if (key === undefined) return `${input}.`;
  if (typeof key === 'string') {
    return `${input}.${createHmac(`sha${alg.slice(2)}`, key)
      .update(input)
      .digest('base64url')}`;
  }
  const options = {
    key,
    dsaEncoding: 'ieee-p1363' as const,
    ...(alg.startsWith('PS') && { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }),
  };
  const hash = Object.hasOwn(hashes, alg) ? hashes[alg] : 'sha256';
  return `${input}.${sign(hash, Buffer.from(input), options).toString('base64url')}`;
};

/** A good token as an identity provider makes it. */
export const signedToken = (
  { kid, privateKey }: SigningKey,
  claims: Readonly<Record<string, unknown>>,
  alg = 'RS256',
): Promise<string> => new SignJWT(claims).setProtectedHeader({ alg, kid }).sign(privateKey);

/** An issuer of tokens on the loopback interface: its discovery document, its keys, and how often it was asked for them. */
export const startIssuer = async () => {
  const state = {
    keys: [] as JWK[],
    asked: [] as string[],
    status: 200,
    body: undefined as string | undefined,
  };
  let url = '';
  const documents: Readonly<Record<string, () => unknown>> = {
    '/.well-known/openid-configuration': () => ({ issuer: url, jwks_uri: `${url}/keys` }),
    '/keys': () => ({ keys: state.keys }),
  };
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? '';
    state.asked.push(path);
    const document = documents[path]?.();
    response.writeHead(document === undefined ? 404 : state.status, { 'content-type': 'application/json' });
    response.end(state.body ?? JSON.stringify(document ?? {}));
  };
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { url, host: `127.0.0.1:${port}`, state, stop };
};

export type Issuer = Awaited<ReturnType<typeof startIssuer>>;
