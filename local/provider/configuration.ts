import type { AdapterFactory, Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { findAccount } from './account.ts';
import type { Setup } from './messages.ts';
import { errorPage, pageHeaders } from './pages.ts';
import { reportsScope } from './reports.ts';
import type { ProviderSecrets } from './secrets.ts';

type Lifetimes = Pick<Setup, 'grantLifetimeSeconds' | 'accessTokenLifetimeSeconds'>;

const secondsNow = () => Math.floor(Date.now() / 1000);

/** Nothing outlives the grant that it comes from, however often it is renewed. The library wants at least one second. */
const withinGrant = (ctx: KoaContextWithOIDC, seconds: number) =>
  Math.max(1, Math.min(seconds, (ctx.oidc.entities.Grant?.exp ?? secondsNow() + seconds) - secondsNow()));

const ttl = ({
  grantLifetimeSeconds: grant,
  accessTokenLifetimeSeconds: access,
}: Lifetimes): Configuration['ttl'] => ({
  AccessToken: (ctx) => withinGrant(ctx, access),
  AuthorizationCode: 60,
  ClientCredentials: access,
  Grant: grant,
  IdToken: 3600,
  Interaction: 3600,
  RefreshToken: (ctx) => withinGrant(ctx, grant),
  Session: (_, session) => Math.max(1, (session.loginTs ?? secondsNow()) + grant - secondsNow()),
});

const features: Configuration['features'] = {
  clientCredentials: { enabled: true },
  devInteractions: { enabled: false },
  dPoP: { enabled: false },
  pushedAuthorizationRequests: { enabled: false },
  resourceIndicators: { enabled: false },
  revocation: { enabled: true, allowedPolicy: (_, client, token) => token.clientId === client.clientId },
  rpInitiatedLogout: { enabled: false },
};

/** The client that asks for people's consent. */
const client = (setup: Setup, { client: { id, secret } }: ProviderSecrets) => ({
  client_id: id,
  client_secret: secret,
  client_name: 'Latchkey',
  redirect_uris: setup.redirectUris,
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code' as const],
  token_endpoint_auth_method: 'client_secret_basic' as const,
});

/** The client that asks in its own name, with no person there. */
const machine = ({ machine: { id, secret } }: ProviderSecrets) => ({
  client_id: id,
  client_secret: secret,
  client_name: 'Latchkey, in its own name',
  redirect_uris: [],
  grant_types: ['client_credentials'],
  response_types: [],
  scope: reportsScope,
  token_endpoint_auth_method: 'client_secret_basic' as const,
});

/**
 * The whole configuration of the demo provider: a confidential client with PKCE, refresh tokens that are spent by
 * use and a fixed end of every grant; and a client that asks in its own name. All that the library would remark upon is set, so that it says nothing.
 */
export const configuration = (
  setup: Setup,
  secrets: ProviderSecrets,
  adapter: AdapterFactory,
): Configuration => ({
  adapter,
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  clientBasedCORS: () => false,
  clients: [client(setup, secrets), machine(secrets)],
  // A token is over at its end, not fifteen seconds later: Latchkey's clock and this one are the same.
  clockTolerance: 0,
  // Browsers send the cookies of localhost to every port, so the names must not meet others.
  cookies: {
    keys: secrets.cookieKeys,
    names: { session: '_demo_session', interaction: '_demo_interaction', resume: '_demo_resume' },
  },
  features,
  findAccount,
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  jwks: secrets.jwks,
  pkce: { required: () => true },
  renderError: (ctx, out) => {
    ctx.set(pageHeaders);
    ctx.type = 'html';
    ctx.body = errorPage(out.error, out.error_description);
  },
  responseTypes: ['code'],
  rotateRefreshToken: true,
  scopes: ['openid', 'offline_access', 'email', 'profile', reportsScope],
  ttl: ttl(setup),
});
