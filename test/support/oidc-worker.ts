import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import Provider, { errors, type ClientMetadata, type Configuration } from 'oidc-provider';
import { adapterFactory } from '../../local/provider/adapter.ts';
import { openEntries } from '../../local/provider/entries.ts';
import { listen } from '../../local/provider/listen.ts';
import { clientSecret, person, Setup, type Asked, type Issued } from './oidc-setup.ts';

type Middleware = Provider['middleware'][number];
type Context = Parameters<Middleware>[0];

// The thread in which the certified server runs: the realm that a test runs in is not the one that the library expects.

const publicKey = (pem: string, alg: string, kid: string) => ({
  ...createPublicKey(pem).export({ format: 'jwk' }),
  ...{ kid, alg, use: 'sig' },
});

const clients = ({ redirectUris, delays, ...keys }: Setup): ClientMetadata[] => {
  const web = (id: string, method: string, more: Partial<ClientMetadata> = {}): ClientMetadata =>
    ({
      client_id: id,
      redirect_uris: [...redirectUris],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: method,
      ...more,
    }) as ClientMetadata;
  const secret = { client_secret: clientSecret };
  const unattended = { ...secret, redirect_uris: [], response_types: [] };
  const signing = (alg: string, key: ReturnType<typeof publicKey>) =>
    ({ token_endpoint_auth_signing_alg: alg, jwks: { keys: [key] } }) as Partial<ClientMetadata>;
  return [
    web('basic', 'client_secret_basic', secret),
    web('post', 'client_secret_post', secret),
    web('es256', 'private_key_jwt', signing('ES256', publicKey(keys.ec, 'ES256', 'ec-1'))),
    web('rs256', 'private_key_jwt', signing('RS256', publicKey(keys.rsa, 'RS256', 'rsa-1'))),
    web('public', 'none'),
    web('machine', 'client_secret_basic', { ...unattended, grant_types: ['client_credentials'] }),
    web('machine-2', 'client_secret_post', { ...unattended, grant_types: ['client_credentials'] }),
    web('trusted', 'client_secret_basic', { ...unattended, grant_types: ['password'] }),
    ...Object.keys(delays).map((id) => web(id, 'client_secret_post', secret)),
    web('watcher', 'client_secret_post', { ...unattended, grant_types: ['client_credentials'] }),
  ];
};

const hour = 3600;
const scopes = ['openid', 'read', 'write'];

const configuration = (setup: Setup): Configuration => ({
  adapter: adapterFactory(openEntries(undefined)),
  clients: clients(setup),
  clientBasedCORS: () => false,
  cookies: { keys: ['the keys of a test'] },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    introspection: { enabled: true, allowedPolicy: () => true },
    revocation: {
      enabled: true,
      allowedPolicy: (_, client, token) => token.clientId === client.clientId,
    },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_, resource) => ({
        scope: 'read write',
        audience: resource,
        accessTokenFormat: 'opaque',
      }),
    },
  },
  interactions: { url: (_, { uid }) => `/interaction/${uid}` },
  issueRefreshToken: (_, client) => client.grantTypeAllowed('refresh_token'),
  jwks: {
    keys: [
      {
        ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }),
        ...{ kid: 'server-1', alg: 'RS256', use: 'sig' },
      },
    ] as NonNullable<Configuration['jwks']>['keys'],
  },
  pkce: { required: () => true },
  rotateRefreshToken: true,
  scopes,
  ttl: {
    AccessToken: hour,
    ClientCredentials: hour,
    Grant: hour,
    IdToken: hour,
    Interaction: hour,
    RefreshToken: hour,
    Session: hour,
  },
});

const text = (value: unknown) => (typeof value === 'string' ? value : '');

/** A person who agrees to all that is asked, without a page. */
const agree =
  (provider: Provider): Middleware =>
  async (ctx, next) => {
    if (!ctx.path.startsWith('/interaction/')) {
      await next();
      return;
    }
    const { params } = await provider.interactionDetails(ctx.req, ctx.res);
    const grant = new provider.Grant({ accountId: person.id, clientId: text(params['client_id']) });
    grant.addOIDCScope(text(params['scope']));
    for (const resource of [params['resource'] ?? []].flat())
      grant.addResourceScope(text(resource), text(params['scope']));
    const result = { login: { accountId: person.id }, consent: { grantId: await grant.save() } };
    ctx.redirect(
      await provider.interactionResult(ctx.req, ctx.res, result, { mergeWithLastSubmission: false }),
    );
  };

/** The resource owner password grant, which the library leaves out (RFC 6749 §4.3). */
const passwordGrant = (provider: Provider) =>
  provider.registerGrantType<{ username?: string; password?: string; scope?: string }>(
    'password',
    async (ctx) => {
      const { username, password, scope = '' } = ctx.oidc.params;
      if (username !== person.username || password !== person.password)
        throw new errors.InvalidGrant('The user name or the password is wrong.');
      const grant = new provider.Grant({ accountId: person.id, clientId: ctx.oidc.client.clientId });
      grant.addOIDCScope(scope);
      const token = new provider.AccessToken({
        ...{ accountId: person.id, client: ctx.oidc.client, scope, gty: 'password' },
        grantId: await grant.save(),
      });
      const value = await token.save();
      ctx.body = { access_token: value, expires_in: token.expiration, token_type: 'Bearer', scope };
    },
    ['username', 'password', 'scope'],
  );

/** The API behind the server: says whom a bearer token is of and what it may, 401 when it is none of the server's. */
const api =
  (provider: Provider): Middleware =>
  async (ctx, next) => {
    if (!ctx.path.startsWith('/api/')) {
      await next();
      return;
    }
    const value = /^Bearer (\S+)$/.exec(ctx.get('authorization'))?.[1] ?? '';
    const token = (await provider.AccessToken.find(value)) ?? (await provider.ClientCredentials.find(value));
    if (!token) {
      ctx.status = 401;
      ctx.body = { error: 'invalid_token' };
      return;
    }
    const accountId = 'accountId' in token ? token.accountId : null;
    ctx.body = {
      ...{ clientId: token.clientId, accountId, audience: token.aud ?? null },
      ...{ scopes: [...token.scopes], token: value },
    };
  };

const issuedBy = (ctx: Context & { oidc?: { params?: object; client?: { clientId?: string } } }): Issued => {
  const parameters = { ...ctx.oidc?.params } as Record<string, unknown>;
  const answer = ctx.body as { access_token: string; refresh_token?: string };
  const [scheme] = ctx.get('authorization').split(' ');
  return {
    grant: text(parameters['grant_type']),
    clientId: ctx.oidc?.client?.clientId ?? '',
    clientAuthentication:
      scheme ||
      (parameters['client_assertion'] ? 'assertion' : parameters['client_secret'] ? 'body' : 'none'),
    parameters,
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token,
  };
};

/** What the tests ask of the server beside its protocol. */
const record =
  (issued: readonly Issued[]): Middleware =>
  async (ctx, next) => {
    if (ctx.path === '/_issued') ctx.body = issued;
    else await next();
  };

/** Notes each call of the token endpoint when it was judged; what is granted for a refresh token then waits as its client's delay says. */
const judge =
  (asked: Asked[], delays: Setup['delays']): Middleware =>
  async (ctx, next) => {
    await next();
    if (ctx.path === '/_asked') ctx.body = asked;
    if (ctx.path !== '/token') return;
    const { oidc, status } = ctx as Context & {
      oidc?: { params?: Record<string, unknown>; client?: { clientId?: string } };
    };
    const grant = text(oidc?.params?.['grant_type']);
    const clientId = oidc?.client?.clientId ?? '';
    asked.push({ grant, clientId, status });
    if (grant === 'refresh_token' && status === 200) await setTimeout(delays[clientId] ?? 0);
  };

const start = async (setup: Setup): Promise<string> => {
  const server = createServer();
  const issuer = `http://127.0.0.1:${await listen(server, '127.0.0.1', 0)}`;
  const provider = new Provider(issuer, configuration(setup));
  const issued: Issued[] = [];
  passwordGrant(provider);
  const ours = [judge([], setup.delays), agree(provider), api(provider), record(issued)];
  for (const use of ours) provider.use(use);
  provider.on('grant.success', (ctx) => issued.push(issuedBy(ctx as unknown as Context)));
  provider.on('server_error', (_, error) => console.error('The OAuth server failed:', error));
  const answer = provider.callback();
  server.on('request', (request, response) => void answer(request, response));
  return issuer;
};

parentPort?.postMessage(await start(Setup.parse(workerData)));
