import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '../../local/provider/listen.ts';
import { clientKeys, startOidcServer, type OidcServer } from '../support/oidc-server.ts';
import { clientSecret, person } from '../support/oidc-setup.ts';
import { platformOf, type Platform } from '../support/platform.ts';
import { startProduct, type RunningProduct } from '../support/product.ts';

let server: OidcServer;
let product: RunningProduct;
let platform: Platform;

beforeAll(async () => {
  const port = await freePort();
  server = await startOidcServer([`http://localhost:${port}/oauth/callback`]);
  product = await startProduct({ port, allow: server.host });
  platform = await platformOf(product);
}, 90_000);

afterAll(async () => {
  await product.discard();
  await server.stop();
});

type Input = Readonly<Record<string, unknown>>;

const service = (auth: Input, more: Input = {}) => ({
  name: 'The certified server',
  baseUrl: `${server.issuer}/api`,
  auth: {
    type: 'oauth2',
    tokenUrl: `${server.issuer}/token`,
    revocationUrl: `${server.issuer}/token/revocation`,
    scopes: ['read'],
    ...auth,
  },
  ...more,
});

const withConsent = (auth: Input) =>
  service({
    ...{ grant: 'authorization_code', authorizationUrl: `${server.issuer}/auth`, issuer: server.issuer },
    ...auth,
  });

const whoAmI = async (authId: string) => (await platform.proxied(authId, '/me')).body;

describe('OAuth 2 by authorization code, with a certified server', () => {
  it.each([
    ['client_secret_basic', 'basic', 'Basic', { clientSecret }],
    ['client_secret_post', 'post', 'body', { clientSecret }],
    [
      'private_key_jwt',
      'es256',
      'assertion',
      { privateKey: clientKeys.ES256, privateKeyJwt: { algorithm: 'ES256' } },
    ],
    [
      'private_key_jwt',
      'rs256',
      'assertion',
      { privateKey: clientKeys.RS256, privateKeyJwt: { algorithm: 'RS256', keyId: 'rsa-1' } },
    ],
    ['none', 'public', 'none', {}],
  ])(
    'connects, calls, rotates and revokes with %s (client %s)',
    async (clientAuthentication, clientId, way, keys) => {
      const { auth, page } = await platform.connect(withConsent({ clientId, clientAuthentication, ...keys }));
      expect(page.html).toContain('Connected');
      expect(auth).toMatchObject({ state: 'active', scopes: ['read'], missingScopes: [] });

      const [exchanged] = await server.issuedTo(clientId);
      expect(exchanged).toMatchObject({ grant: 'authorization_code', clientAuthentication: way });
      expect(exchanged!.parameters['code_verifier']).toMatch(/^[\w-]{43}$/);
      const first = await whoAmI(auth.id);
      expect(first).toMatchObject({ clientId, accountId: person.id, token: exchanged!.accessToken });

      const renewed = await platform.refresh(auth.id);
      expect(renewed.state).toBe('active');
      const second = await whoAmI(auth.id);
      expect(second).toMatchObject({ clientId, accountId: person.id });
      expect(second['token']).not.toBe(first['token']);
      const [, rotated, ...others] = await server.issuedTo(clientId);
      expect(rotated).toMatchObject({ grant: 'refresh_token', clientAuthentication: way });
      expect(rotated!.refreshToken).not.toBe(exchanged!.refreshToken);
      expect(others).toEqual([]);

      await platform.remove(auth.id);
      expect(await platform.history(auth.id)).toEqual([
        'auth.connected',
        'auth.refreshed',
        'auth.deleted',
        'auth.revoked',
      ]);
      expect((await platform.proxied(auth.id, '/me')).status).toBe(404);
      expect(await server.isActive(rotated!.accessToken)).toBe(false);
      expect(await server.isActive(rotated!.refreshToken!)).toBe(false);
      if (way === 'body')
        expect(await server.spend(clientId, rotated!.refreshToken!)).toMatchObject({
          error: 'invalid_grant',
        });
    },
  );

  it('asks for the resource at the page, the exchange and the refresh (RFC 8707)', async () => {
    const resource = ['https://api.example.com/orders'];
    const { auth, page } = await platform.connect(withConsent({ clientId: 'basic', clientSecret, resource }));
    const atServer = page.visited.find(({ pathname }) => pathname === '/auth');
    expect(atServer!.searchParams.getAll('resource')).toEqual(resource);
    expect(await whoAmI(auth.id)).toMatchObject({ audience: resource[0], scopes: ['read'] });
    await platform.refresh(auth.id);
    expect(await whoAmI(auth.id)).toMatchObject({ audience: resource[0], scopes: ['read'] });
    const asked = (await server.issuedTo('basic')).slice(-2).map(({ parameters }) => parameters['resource']);
    expect(asked).toEqual([resource[0], resource[0]]);
  });

  it('sends a nonce with openid, and takes the ID token that bears it', async () => {
    const { auth, page } = await platform.connect(
      withConsent({ clientId: 'basic', clientSecret, scopes: ['openid', 'read'] }),
    );
    const atServer = page.visited.find(({ pathname }) => pathname === '/auth');
    expect(atServer!.searchParams.get('nonce')).toMatch(/^[\w-]{43}$/);
    expect(atServer!.searchParams.get('code_challenge_method')).toBe('S256');
    expect(await whoAmI(auth.id)).toMatchObject({ accountId: person.id, scopes: ['openid', 'read'] });
  });

  it('takes a callback whose iss is the issuer, where the service says that there is always one', async () => {
    const requireIss = { authorizationResponse: { requireIss: true } };
    const { auth, page } = await platform.connect(
      withConsent({ clientId: 'basic', clientSecret, ...requireIss }),
    );
    expect(page.visited.at(-1)!.searchParams.get('iss')).toBe(server.issuer);
    expect((await whoAmI(auth.id))['clientId']).toBe('basic');
  });

  it('refuses the callback of another issuer before its code is spent', async () => {
    const { length } = await server.issuedTo('basic');
    const made = await platform.service(
      withConsent({ clientId: 'basic', clientSecret, issuer: 'https://honest.example' }),
    );
    const { page, outcome } = await platform.open(made.id);
    expect(page.status).toBe(400);
    expect(outcome).toMatchObject({ status: 'failed', authId: null, error: { code: 'iss_mismatch' } });
    expect(await server.issuedTo('basic')).toHaveLength(length);
  });

  it('goes over to the next client secret, for a code as for a refresh token: the refused calls spend nothing', async () => {
    const { length } = await server.issuedTo('basic');
    const wrong = { clientSecret: 'over', nextClientSecret: clientSecret };
    const { service: made, auth } = await platform.connect(withConsent({ clientId: 'basic', ...wrong }));
    await platform.edit(made.id, { auth: wrong });
    expect((await platform.refresh(auth.id)).state).toBe('active');
    // The server ends a grant whose refresh token comes twice, had the first call spent it.
    expect((await platform.refresh(auth.id)).state).toBe('active');
    expect(await whoAmI(auth.id)).toMatchObject({ clientId: 'basic', accountId: person.id });
    expect((await server.issuedTo('basic')).slice(length).map(({ grant }) => grant)).toEqual([
      'authorization_code',
      'refresh_token',
      'refresh_token',
    ]);
  });

  it('is told by the server that its client secret is wrong, and makes no auth', async () => {
    const made = await platform.service(withConsent({ clientId: 'basic', clientSecret: 'wrong' }));
    const { outcome } = await platform.open(made.id);
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'invalid_client' } });
  });

  it('says which auths are over when the person takes the grant back', async () => {
    const { auth } = await platform.connect(
      withConsent({ clientId: 'post', clientSecret, clientAuthentication: 'client_secret_post' }),
    );
    const { refreshToken } = (await server.issuedTo('post')).at(-1)!;
    // Spent behind our back: the server ends the grant when the same refresh token comes again.
    await server.spend('post', refreshToken!);
    expect(await platform.refusedRefresh(auth.id)).toMatchObject({ status: 409, code: 'needs_reconnect' });
    expect(await platform.auth(auth.id)).toMatchObject({ state: 'needs_reconnect' });
    expect((await platform.proxied(auth.id, '/me')).status).toBe(409);
  });
});

describe('OAuth 2 by client credentials, with a certified server', () => {
  it('issues a token for the client of the service, and another by refreshing now', async () => {
    const made = await platform.service(
      service({ grant: 'client_credentials', clientId: 'machine', clientSecret }),
    );
    const auth = await platform.create({ serviceId: made.id });
    expect(auth).toMatchObject({ state: 'active', warnings: [] });
    const first = await whoAmI(auth.id);
    expect(first).toMatchObject({ clientId: 'machine', accountId: null, scopes: ['read'] });
    await platform.refresh(auth.id);
    const second = await whoAmI(auth.id);
    expect(second).toMatchObject({ clientId: 'machine' });
    expect(second['token']).not.toBe(first['token']);
    expect((await server.issuedTo('machine')).map(({ grant }) => grant)).toEqual([
      'client_credentials',
      'client_credentials',
    ]);
    await platform.remove(auth.id);
    expect((await platform.history(auth.id)).at(-1)).toBe('auth.revoked');
    expect(await server.isActive(String(second['token']))).toBe(false);
  });

  it('takes the client of each auth from its fields', async () => {
    const made = await platform.service(
      service(
        {
          ...{ grant: 'client_credentials', clientAuthentication: 'client_secret_post' },
          ...{ clientId: '{{client_id}}', clientSecret: '{{client_secret}}' },
        },
        { fields: [{ key: 'client_id' }, { key: 'client_secret', secret: true }] },
      ),
    );
    const fields = { client_id: 'machine-2', client_secret: clientSecret };
    const auth = await platform.create({ serviceId: made.id, fields });
    expect(await whoAmI(auth.id)).toMatchObject({ clientId: 'machine-2' });
    const other = await platform.create({ serviceId: made.id, fields: { ...fields, client_id: 'watcher' } });
    expect(await whoAmI(other.id)).toMatchObject({ clientId: 'watcher' });
    await platform.refresh(auth.id);
    expect(await whoAmI(auth.id)).toMatchObject({ clientId: 'machine-2' });

    const wrong = { serviceId: made.id, fields: { ...fields, client_secret: 'wrong' } };
    expect(await platform.refusedAuth(wrong)).toMatchObject({ status: 422, code: 'credential_refused' });
  });
});

describe('OAuth 2 by password, with a certified server', () => {
  const document = (more: Input = {}) =>
    service(
      { grant: 'password', clientId: 'trusted', clientSecret, ...more },
      { fields: [{ key: 'username' }, { key: 'password', secret: true }] },
    );
  const fields = { username: person.username, password: person.password };

  it('is refused until the builder says that its risk is known', async () => {
    expect(await platform.refusedService(document())).toMatchObject({
      status: 422,
      paths: ['body.auth.acknowledgeRisk'],
    });
  });

  it('issues a token for the person, again by refreshing now, and warns', async () => {
    const made = await platform.service(document({ acknowledgeRisk: true }));
    expect(made.warnings.map(({ code }) => code)).toEqual(['discouraged_auth_type']);
    const auth = await platform.create({ serviceId: made.id, fields });
    expect(auth.warnings.map(({ code }) => code)).toEqual(['discouraged_auth_type']);
    const first = await whoAmI(auth.id);
    expect(first).toMatchObject({ clientId: 'trusted', accountId: person.id, scopes: ['read'] });
    await platform.refresh(auth.id);
    const second = await whoAmI(auth.id);
    expect(second['accountId']).toBe(person.id);
    expect(second['token']).not.toBe(first['token']);
    expect(await platform.history(auth.id)).toContain('auth.risk_acknowledged');

    const wrong = { serviceId: made.id, fields: { ...fields, password: 'wrong' } };
    expect(await platform.refusedAuth(wrong)).toMatchObject({ status: 422, code: 'credential_refused' });
  });

  it('can be forbidden by the organization: nothing new is made, and what is there goes on', async () => {
    const made = await platform.service(document({ acknowledgeRisk: true }));
    const auth = await platform.create({ serviceId: made.id, fields });
    await platform.policy('forbidden');
    try {
      const forbidden = { status: 403, code: 'type_forbidden' };
      expect(await platform.refusedService(document({ acknowledgeRisk: true }))).toMatchObject(forbidden);
      expect(await platform.refusedAuth({ serviceId: made.id, fields })).toMatchObject(forbidden);
      await platform.refresh(auth.id);
      expect((await whoAmI(auth.id))['accountId']).toBe(person.id);
    } finally {
      await platform.policy('allowed');
    }
    expect((await platform.create({ serviceId: made.id, fields })).state).toBe('active');
  });
});
