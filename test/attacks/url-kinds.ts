import { completeConnect } from '#shared/domain/connect/complete.ts';
import { refreshNow } from '#shared/domain/auths/refresh-now.ts';
import { removeAuth } from '#shared/domain/auths/remove.ts';
import { revokeGrant } from '#shared/domain/auths/revoke.ts';
import type { Auth } from '#shared/domain/auths/auth.ts';
import { checkService } from '#shared/domain/services/check/check-service.ts';
import { importService } from '#shared/domain/services/import.ts';
import { createSubscription } from '#shared/domain/subscriptions/create.ts';
import { subscriptions, NewSubscription } from '#shared/domain/subscriptions/subscription.ts';
import { testSubscription } from '#shared/domain/subscriptions/test.ts';
import {
  callback,
  connectedAuth,
  keyedAuth,
  makeAuth,
  oauth2Document,
  opened,
  redirectUri,
  tokenDocument,
} from '../support/nouns.ts';
import { clientDocument, loginDocument, serviceOf } from '../support/types.ts';
import { answer, jsonAnswer } from '../support/watched.ts';
import { called, listing, type UrlKind } from './attempts.ts';
import { onwardUrls } from './onward-urls.ts';
import { good, type Stage } from './stage.ts';

const token = { access_token: 'a-1', refresh_token: 'r-1', token_type: 'Bearer', expires_in: 3600 };

/** Host and port as they are written, so that no parser has resolved anything in them. */
const authority = (url: string) => {
  const [, host = '', port = '80'] = /^\w+:[/\\]*(\[[^\]]*\]|[^/\\?#:]*):?(\d*)/.exec(url.trim()) ?? [];
  return { host, port: port === '' ? '80' : port };
};

const subscription = (s: Stage, url: string) =>
  createSubscription(s.deps, {
    organizationId: s.organizationId,
    input: NewSubscription.parse({ name: 'Hook', target: { type: 'webhook', url }, events: ['auth.*'] }),
  });

const told = (s: Stage, { id: subscriptionId }: { readonly id: string }) =>
  testSubscription(s.deps, { organizationId: s.organizationId, subscriptionId });

const consent = async (s: Stage, auth: object) => {
  const service = await serviceOf(s, oauth2Document({ baseUrl: good, auth: { ...goodOAuth2, ...auth } }));
  return connectedAuth(s, service);
};

const goodOAuth2 = { authorizationUrl: `${good}/authorize`, tokenUrl: `${good}/token` };

const checked = (s: Stage, candidate: Readonly<Record<string, unknown>>) =>
  checkService(s.deps, {
    organizationId: s.organizationId,
    workspaceId: s.workspaceId,
    candidate,
  });

const oauth1 = (urls: object) => ({
  name: 'One',
  baseUrl: good,
  auth: {
    type: 'oauth1',
    grant: 'three_legged',
    acknowledgeRisk: true,
    consumerKey: 'latchkey',
    consumerSecret: 'consumer-secret',
    requestTokenUrl: `${good}/request`,
    authorizationUrl: `${good}/authorize`,
    accessTokenUrl: `${good}/access`,
    ...urls,
  },
});

/** In the order of a service's life: what is described, obtained, called, told, renewed and given back. */
export const urlKinds: readonly UrlKind[] = [
  {
    name: 'the base URL of a service',
    attempt: async (s, baseUrl) =>
      called(s, await keyedAuth(s, await serviceOf(s, tokenDocument({ baseUrl })))),
  },
  {
    name: 'the base URL of an environment',
    attempt: async (s, baseUrl) => {
      const environments = { sandbox: { baseUrl } };
      const { id } = await serviceOf(s, tokenDocument({ baseUrl: good, environments }));
      const auth = { serviceId: id, environment: 'sandbox', fields: { api_key: 'the-api-key' } };
      return called(s, await makeAuth(s, auth));
    },
  },
  {
    name: 'the base URL of a generic auth',
    attempt: async (s, baseUrl) => {
      const generic = { baseUrl, fields: { k: 'v' }, apply: [{ name: 'k', value: '{{k}}' }] };
      return called(s, await makeAuth(s, { generic }));
    },
  },
  {
    name: 'a base URL that fields of the person fill',
    attempt: async (s, url) => {
      const fields = [{ key: 'host' }, { key: 'port' }, { key: 'api_key', secret: true }];
      const { id } = await serviceOf(s, tokenDocument({ baseUrl: 'http://{{host}}:{{port}}', fields }));
      const given = { ...authority(url), api_key: 'the-api-key' };
      return called(s, await makeAuth(s, { serviceId: id, fields: given }));
    },
  },
  {
    name: 'a base URL that the answer of the provider tells',
    attempt: async (s, url) => {
      s.answers(() => jsonAnswer(200, { ...token, instance: url }));
      const auth = { tokenUrl: `${good}/token`, tokenResponse: { metadata: { instance: 'instance' } } };
      const parts = { baseUrl: '{{metadata.instance}}', hosts: listing(url) };
      const { id } = await serviceOf(s, clientDocument(auth, parts));
      return called(s, await makeAuth(s, { serviceId: id }));
    },
  },
  {
    name: 'the whole URL of a call',
    attempt: async (s, url) => {
      const document = tokenDocument({ baseUrl: url, hosts: listing(url) });
      return called(s, await keyedAuth(s, await serviceOf(s, document)), { url });
    },
  },
  {
    name: 'the whole URL of a call to a host that the service lists',
    attempt: async (s, url) => {
      const document = tokenDocument({ baseUrl: good, hosts: listing(url) });
      return called(s, await keyedAuth(s, await serviceOf(s, document)), {
        url: url.replace(/^http:/, 'https:'),
      });
    },
  },
  ...onwardUrls,
  {
    name: 'the base URL by which a new credential is tried',
    attempt: async (s, baseUrl) =>
      keyedAuth(s, await serviceOf(s, tokenDocument({ baseUrl, test: { path: '/me' } }))),
  },
  {
    name: 'the token URL of a machine',
    attempt: async (s, tokenUrl) =>
      makeAuth(s, { serviceId: (await serviceOf(s, clientDocument({ tokenUrl }))).id }),
  },
  {
    name: 'the token URL of a consent',
    attempt: async (s, tokenUrl) => {
      const document = oauth2Document({ baseUrl: good, auth: { ...goodOAuth2, tokenUrl } });
      const { state } = await opened(s, { serviceId: (await serviceOf(s, document)).id });
      return completeConnect(s.deps, { query: callback(state), redirectUri });
    },
  },
  {
    name: 'the URL at which refresh tokens are spent',
    attempt: async (s, url) => {
      s.answers(() => jsonAnswer(200, token));
      const { id: authId } = await consent(s, { refresh: { url } });
      return refreshNow(s.deps, { organizationId: s.organizationId, workspaceId: s.workspaceId, authId });
    },
  },
  {
    name: 'the revocation URL',
    attempt: async (s, revocationUrl) => {
      s.answers(() => jsonAnswer(200, token));
      return removed(s, await consent(s, { revocationUrl }));
    },
  },
  {
    name: 'the request by which a token is given back',
    attempt: async (s, url) => {
      const auth = { type: 'token', revocation: { url } };
      return removed(s, await keyedAuth(s, await serviceOf(s, tokenDocument({ baseUrl: good, auth }))));
    },
  },
  {
    name: 'the first step of a login',
    attempt: async (s, url) => login(s, [{ method: 'POST', url, json: {} }]),
  },
  {
    name: 'a later step of a login',
    attempt: async (s, url) => {
      s.answers(() => jsonAnswer(200, {}));
      return login(s, [{ url: `${good}/login` }, { method: 'GET', url }]);
    },
  },
  {
    name: 'a step of a login whose host an answer tells',
    attempt: async (s, url) => {
      const { host, port } = authority(url);
      s.answers(() => jsonAnswer(200, { host }));
      const keep = { host: 'host' };
      const second = { url: `http://{{kept.host}}:${port}/` };
      return login(s, [{ url: `${good}/login`, keep }, second], listing(url));
    },
  },
  {
    name: 'the request token URL of OAuth 1',
    attempt: async (s, requestTokenUrl) => {
      const { id } = await serviceOf(s, oauth1({ requestTokenUrl }));
      return opened(s, { serviceId: id });
    },
  },
  {
    name: 'the access token URL of OAuth 1',
    attempt: async (s, accessTokenUrl) => {
      let state = '';
      s.answers(({ headers }) => {
        const sent = headers.find(([name]) => name === 'authorization')?.[1] ?? '';
        state = /state%3D(\w+)/.exec(sent)?.[1] ?? state;
        return answer(200, 'oauth_token=t&oauth_token_secret=s&oauth_callback_confirmed=true');
      });
      const { id } = await serviceOf(s, oauth1({ accessTokenUrl }));
      await opened(s, { serviceId: id });
      const query = new URLSearchParams({ state, oauth_token: 't', oauth_verifier: 'v' });
      return completeConnect(s.deps, { query, redirectUri });
    },
  },
  { name: 'the issuer of an import', attempt: (s, issuer) => importService(s.deps, { issuer }) },
  {
    name: 'the discovery document that an imported document names',
    attempt: (s, url) => {
      const openIdConnectUrl = `${url.replace(/\/$/, '')}/.well-known/openid-configuration`;
      const openapi = {
        openapi: '3.1.0',
        info: { title: 'Named', version: '1' },
        servers: [{ url: good }],
        components: { securitySchemes: { one: { type: 'openIdConnect', openIdConnectUrl } } },
        security: [{ one: [] }],
        paths: {},
      };
      return importService(s.deps, { openapi });
    },
  },
  {
    name: 'an endpoint of a definition that is checked',
    attempt: (s, authorizationUrl) =>
      checked(s, oauth2Document({ baseUrl: good, auth: { ...goodOAuth2, authorizationUrl } })),
  },
  {
    name: 'the issuer of a definition that is checked',
    attempt: (s, issuer) => checked(s, oauth2Document({ baseUrl: good, auth: { ...goodOAuth2, issuer } })),
  },
  {
    name: 'a webhook',
    attempt: async (s, url) => told(s, (await subscription(s, url)).subscription),
  },
  {
    name: 'a webhook that was stored when it was still allowed',
    attempt: async (s, url) => {
      const { subscription: made } = await subscription(s, `${good}/hook`);
      await s.deps.store.replace(subscriptions, { ...made, revision: 1, target: { type: 'webhook', url } });
      return told(s, made);
    },
  },
];

async function removed(s: Stage, { id: authId }: Pick<Auth, 'id'>) {
  const where = { organizationId: s.organizationId, workspaceId: s.workspaceId, authId };
  await removeAuth(s.deps, { ...where, ifMatch: undefined });
  return revokeGrant(s.deps, where);
}

async function login(s: Stage, steps: readonly object[], hosts: readonly string[] = []) {
  const { id } = await serviceOf(s, loginDocument({ steps }, { baseUrl: good, hosts }));
  return makeAuth(s, { serviceId: id, fields: { user: 'u', password: 'p' } });
}
