import { createHash, randomBytes } from 'node:crypto';
import type { DemoProvider } from '../../local/provider.ts';
import { walkConsent } from '../../local/provider/consent.ts';
import { cookieJar } from '../../local/provider/cookies.ts';

export const redirectUri = 'http://localhost:4000/oauth/callback';
const verifier = randomBytes(32).toString('base64url');
export const seconds = 1000;
export const hours = 3600 * seconds;
export const days = 24 * hours;

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly expires_in: number;
  readonly scope: string;
}

/** An authorization URL as a client with PKCE writes it; parameters can be changed, or left out by undefined. */
export const authorizationUrl = (
  { issuer, client }: DemoProvider,
  changes: Readonly<Record<string, string | undefined>> = {},
) => {
  const all: Readonly<Record<string, string | undefined>> = {
    ...{ client_id: client.id, redirect_uri: redirectUri, response_type: 'code', state: 'the-state' },
    ...{ scope: 'openid email profile offline_access', prompt: 'consent', code_challenge_method: 'S256' },
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    ...changes,
  };
  const url = new URL('/auth', issuer);
  for (const [name, value] of Object.entries(all)) if (value !== undefined) url.searchParams.set(name, value);
  return url.href;
};

/** A call of the token endpoint, the client authenticated by its secret. */
export const callToken = async (
  { issuer, client }: DemoProvider,
  fields: Readonly<Record<string, string>>,
) => {
  const basic = Buffer.from(`${client.id}:${client.secret}`).toString('base64');
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams(fields),
  });
  return { status: response.status, body: (await response.json()) as Tokens & { error?: string } };
};

export const exchange = (provider: DemoProvider, callbackUrl: string) =>
  callToken(provider, {
    ...{ grant_type: 'authorization_code', redirect_uri: redirectUri, code_verifier: verifier },
    code: new URL(callbackUrl).searchParams.get('code') ?? '',
  });

/** The whole consent, from the authorization URL to tokens. */
export const connect = async (
  provider: DemoProvider,
  changes: Readonly<Record<string, string | undefined>> = {},
  jar = cookieJar(),
): Promise<Tokens> => {
  const url = authorizationUrl(provider, changes);
  const { callbackUrl } = await walkConsent({ url, decision: 'allow', jar });
  return (await exchange(provider, callbackUrl)).body;
};

export const refresh = (provider: DemoProvider, token: string) =>
  callToken(provider, { grant_type: 'refresh_token', refresh_token: token });

/** A call of an API with a bearer token: its status and, where it is JSON, its body. */
export const read = async ({ issuer }: DemoProvider, path: string, token: string) => {
  const response = await fetch(issuer + path, { headers: { authorization: `Bearer ${token}` } });
  const body: unknown = await response.json();
  return { status: response.status, body };
};
