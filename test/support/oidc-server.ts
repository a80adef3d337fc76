import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import * as z from 'zod';
import { Asked, clientSecret, Issued, type Setup } from './oidc-setup.ts';

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = { format: 'pem', type: 'spki' } as const;

/** The private keys of the clients that sign, in the two forms that a definition takes. */
export const clientKeys = {
  ES256: JSON.stringify({ ...ec.privateKey.export({ format: 'jwk' }), kid: 'ec-1' }),
  RS256: rsa.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
} as const;

/** Starts a certified OAuth server (oidc-provider), with clients for every way to authenticate one, in a thread of its own. */
export const startOidcServer = async (redirectUris: readonly string[], delays: Setup['delays'] = {}) => {
  const setup: Setup = {
    redirectUris: [...redirectUris],
    ec: ec.publicKey.export(pem).toString(),
    rsa: rsa.publicKey.export(pem).toString(),
    delays,
  };
  const worker = new Worker(new URL('./oidc-worker.ts', import.meta.url), {
    ...{ workerData: setup, env: {}, execArgv: [] },
  });
  const [message] = (await once(worker, 'message')) as [unknown];
  const issuer = z.url().parse(message);
  const post = async (path: string, form: Readonly<Record<string, string>>) => {
    const response = await fetch(issuer + path, { method: 'POST', body: new URLSearchParams(form) });
    return (await response.json()) as Record<string, unknown>;
  };
  return {
    issuer,
    /** `host:port`, to be let through by the product. */
    host: new URL(issuer).host,
    /** The renewals that a client asked for, granted or not, the oldest first. */
    renewalsOf: async (clientId: string): Promise<readonly Asked[]> => {
      const response = await fetch(`${issuer}/_asked`);
      return z
        .array(Asked)
        .parse(await response.json())
        .filter((each) => each.grant === 'refresh_token' && each.clientId === clientId);
    },
    /** The token answers that a client was given, the oldest first. */
    issuedTo: async (clientId: string): Promise<readonly Issued[]> => {
      const response = await fetch(`${issuer}/_issued`);
      return z
        .array(Issued)
        .parse(await response.json())
        .filter((each) => each.clientId === clientId);
    },
    /** Whether a token still works (RFC 7662). */
    isActive: async (token: string): Promise<unknown> => {
      const form = { token, client_id: 'watcher', client_secret: clientSecret };
      return (await post('/token/introspection', form))['active'];
    },
    /** What the server's API answers to a bearer token. */
    me: async (token: string): Promise<number> => {
      const headers = { authorization: `Bearer ${token}` };
      return (await fetch(`${issuer}/api/me`, { headers })).status;
    },
    /** What the server answers to a client that spends a refresh token. */
    spend: (clientId: string, token: string) =>
      post('/token', {
        ...{ grant_type: 'refresh_token', refresh_token: token },
        ...{ client_id: clientId, client_secret: clientSecret },
      }),
    stop: async (): Promise<void> => {
      await worker.terminate();
    },
  };
};

export type OidcServer = Awaited<ReturnType<typeof startOidcServer>>;
