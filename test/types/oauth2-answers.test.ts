import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { browse } from '../support/platform.ts';
import { bearer, sees, type Received } from '../support/scriptable-provider.ts';
import {
  startStraying,
  type Straying,
  lifeOf,
  refreshable,
  token,
  strayDocument as document,
} from '../support/straying.ts';

let platform: Straying['platform'];
let product: Straying['product'];
let provider: Straying['provider'];
let strayer: Straying['strayer'];
let usesToken: Straying['usesToken'];
let stop: Straying['stop'];

beforeAll(async () => {
  ({ platform, product, provider, strayer, usesToken, stop } = await startStraying());
}, 90_000);

afterAll(() => stop());

type Input = Readonly<Record<string, unknown>>;

const named = ({ query }: Received, ...names: string[]) => names.map((name) => query.get(name));

describe('A token answer that strays', () => {
  const grants = async (name: string, answer: Input, auth: Input = {}) => {
    const section = strayer(name);
    section.on('/token', answer);
    const { auth: made } = await platform.connect(document(section, auth));
    await usesToken(made.id, 'token-1');
    return made;
  };

  it('is nested', async () => {
    const made = await grants(
      'nested',
      { body: { ok: true, data: { user: { token: 'token-1', life: 60 } } } },
      { tokenResponse: { accessToken: 'data.user.token', expiresIn: 'data.user.life' } },
    );
    expect(lifeOf(made)).toBe(60);
  });

  it('has status 201', async () => {
    expect(lifeOf(await grants('created', { status: 201, body: token }))).toBe(3600);
  });

  it('is form-encoded', async () => {
    const made = await grants('form', {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'access_token=token-1&scope=read&expires_in=120',
    });
    expect(lifeOf(made)).toBe(120);
  });

  it('has no token_type', async () => {
    await grants('typeless', { body: { access_token: 'token-1' } });
  });

  it.each([
    ['a string', { expires_in: '7200' }, {}, 7200],
    ['a float', { expires_in: 7200.9 }, {}, 7200],
    ['milliseconds', { expires_in: 7_200_000 }, { tokenResponse: { lifetimeUnit: 'milliseconds' } }, 7200],
    [
      'garbage, so that the default counts',
      { expires_in: 'soon' },
      { refresh: { defaultLifetimeSeconds: 900 } },
      900,
    ],
    [
      'nothing, so that the default counts',
      { expires_in: undefined },
      { refresh: { defaultLifetimeSeconds: 900 } },
      900,
    ],
  ])('tells its life as %s', async (name, life, auth, seconds) => {
    const section = `life-${name.replace(/\W/g, '-')}`;
    expect(lifeOf(await grants(section, { body: { ...token, ...life } }, auth))).toBe(seconds);
  });

  it('tells garbage as its life, and no default is known: then its end is not', async () => {
    const made = await grants('lifeless', { body: { ...token, expires_in: 'soon' } });
    expect(made.accessExpiresAt).toBeNull();
  });

  it('tells the life of the refresh token under a name of its own', async () => {
    const made = await grants('refresh-life', {
      body: { ...refreshable, x_refresh_token_expires_in: 8_640_000 },
    });
    const days = (Date.parse(made.refreshExpiresAt!) - Date.parse(made.consentedAt)) / 86_400_000;
    expect(Math.round(days)).toBe(100);
  });

  it.each([
    [
      'a form with an error inside',
      {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'error=bad_verification_code',
      },
      'bad_verification_code',
    ],
    ['JSON with an error inside', { body: { ok: false, error: 'invalid_code' } }, 'invalid_code'],
    ['a page', { headers: { 'content-type': 'text/html' }, body: '<p>Sign in</p>' }, 'unreadable_answer'],
    ['no token', { body: { token_type: 'Bearer' } }, 'unreadable_answer'],
  ])('of status 200 is %s: no auth is made', async (name, answer, code) => {
    const section = strayer(`error-${name.replaceAll(' ', '-')}`);
    section.on('/token', answer);
    const made = await platform.service(document(section));
    const { outcome } = await platform.open(made.id);
    expect(outcome).toMatchObject({ status: 'failed', authId: null, error: { code } });
  });

  it('is over 1 MB: no auth is made, and a good answer after it makes one', async () => {
    const section = strayer('large');
    section.on('/token', { body: { ...token, padding: 'x'.repeat(1_100_000) } }, { body: token });
    const made = await platform.service(document(section));
    const first = await platform.open(made.id);
    expect(first.outcome).toMatchObject({ status: 'failed', authId: null, error: { code: 'interrupted' } });
    const second = await browse(first.opened.url);
    expect(second.html).toContain('Connected');
    await usesToken((await platform.session(first.opened.id)).authId, 'token-1');
  });

  it('is over 1 MB at a refresh: the token in hand serves on, and the next refresh is made', async () => {
    const section = strayer('large-refresh');
    const large = { ...token, padding: 'x'.repeat(1_100_000) };
    section.on(
      '/token',
      { body: refreshable },
      { body: large },
      { body: { ...token, access_token: 'token-2' } },
    );
    const { auth } = await platform.connect(document(section));
    expect(await platform.refresh(auth.id)).toMatchObject({ state: 'failing' });
    await usesToken(auth.id, 'token-1');
    expect(await platform.refresh(auth.id)).toMatchObject({ state: 'active', failure: null });
    await usesToken(auth.id, 'token-2');
  });

  it('names the instance that calls go to, on a host that the service lists', async () => {
    const section = strayer('instance');
    section.on('/instance', sees(bearer('token-1')));
    section.on('/token', { body: { ...token, instance_url: `${section.url}/instance/` } });
    const { auth } = await platform.connect(
      document(
        section,
        { tokenResponse: { metadata: { instance_url: 'instance_url' } } },
        { baseUrl: '{{metadata.instance_url}}/services', hosts: [provider.host] },
      ),
    );
    expect((await platform.proxied(auth.id, '/query?q=1')).body).toMatchObject({
      path: '/instance/services/query',
      query: 'q=1',
    });
  });

  it('names an instance on another host, to which no credential goes', async () => {
    const section = strayer('elsewhere');
    section.on('/token', { body: { ...token, instance_url: section.url } });
    const { auth } = await platform.connect(
      document(
        section,
        { tokenResponse: { metadata: { instance_url: 'instance_url' } } },
        { baseUrl: '{{metadata.instance_url}}/api', hosts: ['*.acme.com'] },
      ),
    );
    expect(await platform.proxied(auth.id, '/me')).toMatchObject({
      status: 422,
      body: { error: { code: 'unusable_base_url' } },
    });
    expect(section.received('/api')).toEqual([]);
  });
});

describe('What a service asks of people', () => {
  it('fills a placeholder by its fallback where the person leaves the field out', async () => {
    const section = strayer('fallback');
    section.on('/eu/api', sees(bearer('token-1')));
    section.on('/us/api', sees(bearer('token-1')));
    const made = await platform.service(
      document(
        section,
        {},
        {
          baseUrl: `${section.url}/{{region|eu}}/api`,
          fields: [{ key: 'region', required: false, options: [{ value: 'eu' }, { value: 'us' }] }],
        },
      ),
    );
    const path = async (more: Input) => {
      const { outcome } = await platform.open(made.id, more);
      return (await platform.proxied(outcome.authId, '/me')).body.path;
    };
    expect(await path({})).toBe('/eu/api/me');
    expect(await path({ fields: { region: 'us' } })).toBe('/us/api/me');
  });

  it('lets the person choose among optional scopes, and says which were not granted', async () => {
    const section = strayer('scopes');
    section.on('/token', { body: { ...token, scope: 'read write' } });
    const made = await platform.service(
      document(section, {
        optionalScopes: [
          { scope: 'write', title: 'Change things' },
          { scope: 'admin', title: 'Manage people', chosen: false },
          { scope: 'audit', chosen: false },
        ],
      }),
    );
    const { opened, page } = await platform.open(made.id);
    expect(page.status).toBe(200);
    expect(page.html).toContain('Change things');
    expect(page.html).toMatch(/value="write"\s+checked/);
    expect(page.html).not.toMatch(/value="admin"\s+checked/);
    expect(section.received('/authorize')).toEqual([]);

    const form = new URLSearchParams([
      ['latchkey.scopes_shown', '1'],
      ['latchkey.scope', 'write'],
      ['latchkey.scope', 'admin'],
    ]);
    expect((await browse(opened.url, { form })).html).toContain('Connected');
    expect(section.received('/authorize')[0]!.query.get('scope')).toBe('read write admin');
    const auth = await platform.auth((await platform.session(opened.id)).authId);
    expect(auth).toMatchObject({ scopes: ['read', 'write'], missingScopes: ['admin'] });
    await usesToken(auth.id, 'token-1');
  });

  it('shows the account that the test of the credential tells', async () => {
    const section = strayer('label');
    section.on('/api/me', (request) =>
      bearer('token-1')(request) ? { body: { user: { email: 'ann@acme.example' } } } : { status: 401 },
    );
    const { auth } = await platform.connect(
      document(section, {}, { test: { path: '/me', label: 'user.email' } }),
    );
    expect(auth).toMatchObject({ account: 'ann@acme.example', tested: { ok: true, code: 'http_200' } });
    expect(await platform.test(auth.id)).toMatchObject({ ok: true, account: 'ann@acme.example' });
    section.on('/api/me', { status: 403 });
    expect(await platform.test(auth.id)).toMatchObject({ ok: false, code: 'http_403' });
    expect((await platform.auth(auth.id)).state).toBe('active');
  });
});

describe('An environment of a service', () => {
  it('has a client, URLs and a redirect URI of its own', async () => {
    const live = strayer('live');
    const sandbox = strayer('sandbox');
    sandbox.on('/token', { body: { ...refreshable, access_token: 'token-2' } });
    const made = await platform.service(
      document(
        live,
        {},
        {
          environments: {
            sandbox: {
              baseUrl: `${sandbox.url}/api`,
              auth: {
                ...{ clientId: 'sandbox-client', clientSecret: 'sandbox-secret' },
                ...{ authorizationUrl: `${sandbox.url}/authorize`, tokenUrl: `${sandbox.url}/token` },
              },
            },
          },
        },
      ),
    );
    const inSandbox = await platform.open(made.id, { environment: 'sandbox' });
    const auth = await platform.auth(inSandbox.outcome.authId);
    expect(auth).toMatchObject({ environment: 'sandbox', state: 'active' });
    const [asked] = sandbox.received('/authorize');
    const redirectUri = `${product.url}/oauth/callback/sandbox`;
    expect(named(asked!, 'client_id', 'redirect_uri')).toEqual(['sandbox-client', redirectUri]);
    const [exchange] = sandbox.received('/token');
    expect(exchange!.form.get('redirect_uri')).toBe(redirectUri);
    expect(Buffer.from(exchange!.headers['authorization']!.slice(6), 'base64').toString()).toBe(
      'sandbox%2Dclient:sandbox%2Dsecret',
    );
    await usesToken(auth.id, 'token-2');
    await platform.refresh(auth.id);
    expect(sandbox.received('/token')).toHaveLength(2);
    expect(live.received('/token')).toEqual([]);

    const { outcome } = await platform.open(made.id);
    expect(await platform.auth(outcome.authId)).toMatchObject({ environment: 'production' });
    expect(named(live.received('/authorize')[0]!, 'redirect_uri')).toEqual([`${product.url}/oauth/callback`]);
    await usesToken(outcome.authId, 'token-1');
  });

  it('takes no callback of another environment', async () => {
    const section = strayer('crossed');
    section.on('/authorize', (request) => {
      const state = request.query.get('state') ?? '';
      return {
        status: 302,
        headers: { location: `${product.url}/oauth/callback?code=the-code&state=${state}` },
      };
    });
    const made = await platform.service(
      document(
        section,
        {},
        { environments: { sandbox: { auth: { clientId: 'other', clientSecret: 'other' } } } },
      ),
    );
    const { page, outcome } = await platform.open(made.id, { environment: 'sandbox' });
    expect(page.status).toBe(400);
    expect(outcome).toMatchObject({ status: 'pending', authId: null });
    expect(section.received('/token')).toEqual([]);
  });
});

describe('A provider without RFC 7009', () => {
  it('is told of the deletion by the call that the service describes, again until it takes it', async () => {
    const section = strayer('revocation');
    section.on('/token', { body: refreshable });
    section.on('/grants', { status: 503 }, { status: 204 });
    const { auth } = await platform.connect(
      document(section, {
        revocation: {
          ...{ method: 'DELETE', url: `${section.url}/grants/{{refresh_token}}` },
          headers: { Authorization: 'Bearer {{access_token}}' },
        },
      }),
    );
    await usesToken(auth.id, 'token-1');
    await platform.remove(auth.id);
    expect(await platform.history(auth.id)).toEqual(['auth.connected', 'auth.deleted']);
    expect((await platform.proxied(auth.id, '/me')).status).toBe(404);
    await platform.advance('PT10M');
    expect(await platform.history(auth.id)).toEqual(['auth.connected', 'auth.deleted', 'auth.revoked']);
    const told = section.received('/grants');
    expect(told.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'DELETE /grants/refresh-1',
      'DELETE /grants/refresh-1',
    ]);
    expect(told[1]!.headers['authorization']).toBe('Bearer token-1');
    await platform.advance('PT10M');
    expect(section.received('/grants')).toHaveLength(2);
  });
});
