import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { refusal } from '../shared/protocols/oauth1/verifier.ts';
import { sees, type Received, type Section } from '../support/scriptable-provider.ts';
import { staged } from '../support/stage.ts';

const stage = staged();

type Input = Readonly<Record<string, unknown>>;

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const consumerSecret = 'consumer & secret%=';
const temporary = { token: 'temp/1', secret: 'temp secret' };
const access = { token: 'access token+1', secret: 'access&secret/ü' };

/** What the provider thinks of a request's signature; undefined when it is sound. */
const judged = ({ method, href, lines, bytes }: Received, tokenSecret: string): string | undefined => {
  const body = bytes.length === 0 ? undefined : bytes;
  const known = { consumerSecret, tokenSecret, publicKey: rsa.publicKey };
  return refusal({ method, href, headers: lines, body }, known);
};

/** The protocol parameters of a request, wherever they stand. */
const protocolParameters = ({ headers, query, form }: Received): Readonly<Record<string, string>> => {
  const inHeader = [...(headers['authorization'] ?? '').matchAll(/(\w+)="([^"]*)"/g)].map(
    ([, name = '', value = '']): [string, string] => [name, decodeURIComponent(value)],
  );
  const elsewhere = [...query, ...form].filter(([name]) => name.startsWith('oauth_'));
  return Object.fromEntries([...inHeader, ...elsewhere]);
};

const asForm = (pairs: Readonly<Record<string, string>>) => new URLSearchParams(pairs).toString();

const verifying =
  (tokenSecret: string, answer: (request: Received) => object) =>
  (request: Received): object => {
    const problem = judged(request, tokenSecret);
    return problem === undefined ? answer(request) : { status: 401, body: `oauth_problem=${problem}` };
  };

const seen = sees(() => true) as (request: Received) => object;

/** A provider of OAuth 1.0a that judges each signature by the RFC alone. */
const signedProvider = (name: string): Section => {
  const section = stage.provider.section(name);
  let callback = '';
  section.on(
    '/request_token',
    verifying('', (request) => {
      callback = protocolParameters(request)['oauth_callback'] ?? '';
      const { token, secret } = temporary;
      const confirmed = { oauth_callback_confirmed: 'true' };
      return { body: asForm({ oauth_token: token, oauth_token_secret: secret, ...confirmed }) };
    }),
  );
  section.on('/authorize', ({ query }) => {
    const location = new URL(callback);
    location.searchParams.set('oauth_token', query.get('oauth_token') ?? '');
    location.searchParams.set('oauth_verifier', 'verifier 1');
    return { status: 302, headers: { location: location.href } };
  });
  section.on(
    '/access_token',
    verifying(temporary.secret, (request) => {
      const { oauth_token: token, oauth_verifier: verifier } = protocolParameters(request);
      if (token !== temporary.token || verifier !== 'verifier 1') return { status: 401 };
      const granted = { oauth_token: access.token, oauth_token_secret: access.secret };
      return { body: asForm({ ...granted, user_id: '7' }) };
    }),
  );
  section.on('/api', verifying(access.secret, seen));
  return section;
};

const withConsent = (section: Section, auth: Input = {}, more: Input = {}) => ({
  name: 'A provider of OAuth 1',
  baseUrl: `${section.url}/api`,
  auth: {
    ...{ type: 'oauth1', grant: 'three_legged', acknowledgeRisk: true },
    ...{ consumerKey: 'consumer-1', consumerSecret },
    requestTokenUrl: `${section.url}/request_token`,
    authorizationUrl: `${section.url}/authorize?screen=full`,
    accessTokenUrl: `${section.url}/access_token`,
    ...auth,
  },
  ...more,
});

const methods = [
  ['HMAC-SHA1', {}],
  ['HMAC-SHA256', {}],
  ['PLAINTEXT', {}],
  [
    'RSA-SHA1',
    {
      consumerSecret: undefined,
      privateKey: rsa.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    },
  ],
] as const;

const form = { 'content-type': 'application/x-www-form-urlencoded' };
const json = { 'content-type': 'application/json' };

/** Calls that each say something else about what is signed. */
const calls: readonly (readonly [string, RequestInit])[] = [
  ['/items?b=2&a=1&a=%C3%BC+x&empty=&%7Bodd%7D=1', {}],
  ['/items', { method: 'POST', headers: form, body: 'b5=%3D%253D&a3=a&c%40=&a2=r%20b&c2&a3=2+q' }],
  ['/items?b=2', { method: 'PUT', headers: json, body: '{"name":"Ann & Bob"}' }],
  ['/items/a%2Fb', { method: 'DELETE' }],
];

const admitted = async (authId: string) => {
  const statuses = [];
  for (const [path, init] of calls) {
    const { status, body } = await stage.platform.proxied(authId, path, init);
    statuses.push(status === 200 ? [body.method, body.body] : body);
  }
  const sent = calls.map(([, { method = 'GET', body = '' }]) => [method, body]);
  expect(statuses).toEqual(sent);
};

describe('OAuth 1 with the consent of a person', () => {
  it.each(methods)('connects, and signs all kinds of calls, with %s', async (signatureMethod, keys) => {
    const section = signedProvider(`consent-${signatureMethod}`);
    const { auth, page } = await stage.platform.connect(
      withConsent(section, { signatureMethod, ...keys, bodyHash: true }),
    );
    expect(page.html).toContain('Connected');
    expect(auth).toMatchObject({ state: 'active', accessExpiresAt: null });
    const [sentTo] = section.received('/authorize');
    expect(Object.fromEntries(sentTo!.query)).toEqual({ screen: 'full', oauth_token: temporary.token });
    const [asked] = section.received('/request_token');
    expect(protocolParameters(asked!)).toMatchObject({
      oauth_consumer_key: 'consumer-1',
      oauth_signature_method: signatureMethod,
      oauth_callback: expect.stringContaining(`${stage.product.url}/oauth/callback?state=`),
    });

    await admitted(auth.id);
    const parameters = section.received('/api').map(protocolParameters);
    expect(parameters.map((each) => each['oauth_token'])).toEqual(calls.map(() => access.token));
    expect(new Set(parameters.map((each) => each['oauth_nonce'])).size).toBe(calls.length);
    const hashed = parameters.map((each) => 'oauth_body_hash' in each);
    expect(hashed).toEqual([true, false, true, true]);
  });

  it('keeps what comes with the token, and fills calls with it', async () => {
    const section = signedProvider('metadata');
    const { auth } = await stage.platform.connect(
      withConsent(
        section,
        { metadata: { user_id: 'user_id' }, realm: 'Photos' },
        { apply: [{ in: 'path', name: 'user', value: '{{metadata.user_id}}' }] },
      ),
    );
    const { status, body } = await stage.platform.proxied(auth.id, '/users/{user}/photos');
    expect([status, body.path]).toEqual([200, '/api/users/7/photos']);
    expect(body.headers['authorization']).toMatch(/^OAuth realm="Photos", oauth_/);
  });

  it('makes no auth of a callback for another request token', async () => {
    const section = signedProvider('swapped');
    section.on('/authorize', () => {
      const { oauth_callback: callback = '' } = protocolParameters(section.received('/request_token')[0]!);
      return {
        status: 302,
        headers: { location: `${callback}&oauth_token=of-somebody-else&oauth_verifier=v` },
      };
    });
    const made = await stage.platform.service(withConsent(section));
    const { outcome } = await stage.platform.open(made.id);
    expect(outcome).toMatchObject({ status: 'failed', authId: null, error: { code: 'malformed_callback' } });
    expect(outcome.error!.message).toContain('(token_mismatch)');
    expect(section.received('/access_token')).toEqual([]);
  });

  it('makes no auth when the person says no', async () => {
    const section = signedProvider('denied');
    section.on('/authorize', () => {
      const { oauth_callback: callback = '' } = protocolParameters(section.received('/request_token')[0]!);
      return { status: 302, headers: { location: `${callback}&denied=${temporary.token}` } };
    });
    const made = await stage.platform.service(withConsent(section));
    const { outcome } = await stage.platform.open(made.id);
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'access_denied' } });
  });

  it('sends nobody to a provider that does not confirm the callback', async () => {
    const section = signedProvider('unconfirmed');
    section.on('/request_token', { body: 'oauth_token=t&oauth_token_secret=s' });
    const made = await stage.platform.service(withConsent(section));
    const { page, outcome } = await stage.platform.open(made.id);
    expect(page.status).toBe(502);
    expect(outcome).toMatchObject({ status: 'pending', authId: null });
    expect(section.received('/authorize')).toEqual([]);
  });

  it('is refused until the builder says that its risk is known, and warns', async () => {
    const section = signedProvider('risk');
    expect(
      await stage.platform.refusedService(withConsent(section, { acknowledgeRisk: undefined })),
    ).toMatchObject({
      status: 422,
      paths: ['body.auth.acknowledgeRisk'],
    });
    const made = await stage.platform.service(withConsent(section));
    expect(made.warnings.map(({ code }) => code)).toEqual(['discouraged_auth_type']);
  });
});

describe('OAuth 1 with fixed tokens', () => {
  const fixed = (section: Section, auth: Input = {}) => ({
    name: 'A provider of fixed tokens',
    baseUrl: `${section.url}/api`,
    fields: ['consumer_key', 'consumer_secret', 'own_token', 'own_secret'].map((key) => ({
      key,
      secret: true,
    })),
    auth: {
      ...{ type: 'oauth1', grant: 'fixed_tokens', acknowledgeRisk: true },
      ...{ consumerKey: '{{consumer_key}}', consumerSecret: '{{consumer_secret}}' },
      ...{ token: '{{own_token}}', tokenSecret: '{{own_secret}}' },
      ...auth,
    },
  });
  const fields = {
    consumer_key: 'consumer-1',
    consumer_secret: consumerSecret,
    own_token: access.token,
    own_secret: access.secret,
  };

  it.each(methods)('signs all kinds of calls with %s', async (signatureMethod, keys) => {
    const section = signedProvider(`fixed-${signatureMethod}`);
    const own = signatureMethod === 'RSA-SHA1' ? keys : {};
    const made = await stage.platform.service(fixed(section, { signatureMethod, ...own, bodyHash: true }));
    const auth = await stage.platform.create({ serviceId: made.id, fields });
    await admitted(auth.id);
    expect(protocolParameters(section.received('/api')[0]!)).toMatchObject({
      oauth_consumer_key: 'consumer-1',
      oauth_token: access.token,
    });
  });

  it.each([
    ['query', ({ query }: Received) => query.has('oauth_signature')],
    ['body', ({ form: sent }: Received) => sent.has('oauth_signature')],
  ])('puts the signature into the %s, where the service says so', async (signatureIn, isThere) => {
    const section = signedProvider(`in-${signatureIn}`);
    const made = await stage.platform.service(fixed(section, { signatureIn }));
    const auth = await stage.platform.create({ serviceId: made.id, fields });
    const init = { method: 'POST', headers: form, body: 'a=1&b=%2B' };
    expect((await stage.platform.proxied(auth.id, '/items?c=3', init)).status).toBe(200);
    const [request] = section.received('/api');
    expect(isThere(request!)).toBe(true);
    expect(request!.headers['authorization']).toBeUndefined();
  });

  it('is seen through by the provider when a secret is wrong', async () => {
    const section = signedProvider('wrong-secret');
    const made = await stage.platform.service(fixed(section));
    const auth = await stage.platform.create({
      serviceId: made.id,
      fields: { ...fields, own_secret: 'wrong' },
    });
    await expect(stage.platform.proxied(auth.id, '/items')).rejects.toThrow(
      '401: oauth_problem=wrong signature',
    );
  });

  it('makes no auth of tokens that the test of the service refuses', async () => {
    const section = signedProvider('refused');
    const made = await stage.platform.service({ ...fixed(section), test: { path: '/me' } });
    const wrong = { serviceId: made.id, fields: { ...fields, own_secret: 'wrong' } };
    expect(await stage.platform.refusedAuth(wrong)).toMatchObject({
      status: 422,
      code: 'credential_refused',
    });
    const auth = await stage.platform.create({ serviceId: made.id, fields });
    expect(auth.tested).toMatchObject({ ok: true, code: 'http_200' });
  });

  it('tells the provider of the deletion by a signed call', async () => {
    const section = signedProvider('revocation');
    section.on('/invalidate', verifying(access.secret, seen));
    const revocation = { url: `${section.url}/invalidate`, form: { reason: 'deleted by {{consumer_key}}' } };
    const made = await stage.platform.service(fixed(section, { revocation }));
    const auth = await stage.platform.create({ serviceId: made.id, fields });
    await stage.platform.remove(auth.id);
    expect(await stage.platform.history(auth.id)).toContain('auth.revoked');
    expect(section.received('/invalidate')[0]!.form.get('reason')).toBe('deleted by consumer-1');
  });

  it('leaves a call alone that brings a signature of its own', async () => {
    const section = signedProvider('own-signature');
    const made = await stage.platform.service(fixed(section));
    const auth = await stage.platform.create({ serviceId: made.id, fields });
    expect(await stage.platform.proxied(auth.id, '/items?oauth_token=mine')).toMatchObject({
      status: 422,
      body: { error: { code: 'unusable_request' } },
    });
    expect(section.received('/api')).toEqual([]);
  });
});
