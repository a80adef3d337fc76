import fc from 'fast-check';

/** One line of what people write, with what JSON and other alphabets have to offer. */
const line = fc
  .string({ unit: fc.constantFrom(...'abc XYZ.,"\\/éß漢🙂{}'.match(/./gu)!), minLength: 1, maxLength: 12 })
  .map((text) => `n${text.replaceAll('{{', '')}`)
  .map((text) => text.trim());
const key = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/).filter((name) => !(name in {}));
const secret = fc.stringMatching(/^planted-[a-z0-9]{1,12}$/);
const seconds = fc.integer({ min: 60, max: 100_000 });

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const byName = <T>(value: fc.Arbitrary<T>) =>
  fc.dictionary(key, value, { maxKeys: 3, noNullPrototype: true });
const params = byName(line);

const common = {
  type: fc.constant('oauth2'),
  tokenUrl: fc.constant('https://acme.example/token'),
  revocationUrl: maybe(fc.constant('https://acme.example/revoke')),
  clientId: line,
  clientSecret: secret,
  nextClientSecret: maybe(secret),
  clientSecretExpiresAt: maybe(fc.constant('2027-01-31T09:00:00Z')),
  scopes: fc.array(fc.stringMatching(/^[a-z:.]{1,8}$/), { maxLength: 3 }),
  scopeSeparator: fc.constantFrom(' ', ','),
  clientAuthentication: fc.constantFrom('client_secret_basic', 'client_secret_post'),
  tokenParams: params,
  tokenRequestFormat: fc.constantFrom('form', 'json'),
  tokenResponse: fc.record({ metadata: byName(fc.constantFrom('team.id', 'a.b')) }),
  refresh: fc.record({ rotation: fc.constantFrom('none', 'grace', 'strict'), graceSeconds: fc.nat(100) }),
};

const consent = {
  authorizationUrl: fc.constant('https://acme.example/authorize'),
  authorizationParams: params,
  pkce: fc.constantFrom('S256', 'none'),
  optionalScopes: fc.array(fc.record({ scope: fc.constantFrom('a', 'b'), title: maybe(line) }), {
    maxLength: 2,
  }),
};

const riskKnown = { acknowledgeRisk: fc.constant(true) };
const ofOAuth1 = {
  type: fc.constant('oauth1'),
  ...riskKnown,
  consumerKey: line,
  consumerSecret: secret,
  signatureMethod: fc.constantFrom('HMAC-SHA1', 'HMAC-SHA256'),
  realm: maybe(line),
};

/** How one authenticates, of every type and grant, by its name. */
const auths: Readonly<Record<string, fc.Arbitrary<object>>> = {
  authorization_code: fc.record({ ...common, ...consent, grant: fc.constant('authorization_code') }),
  private_key_jwt: fc.record({
    ...common,
    ...consent,
    grant: fc.constant('authorization_code'),
    clientAuthentication: fc.constant('private_key_jwt'),
    privateKey: secret,
  }),
  client_credentials: fc.record({ ...common, grant: fc.constant('client_credentials') }),
  password: fc.record({ ...common, ...riskKnown, grant: fc.constant('password') }),
  three_legged: fc.record({
    ...ofOAuth1,
    grant: fc.constant('three_legged'),
    requestTokenUrl: fc.constant('https://acme.example/request'),
    authorizationUrl: fc.constant('https://acme.example/authorize'),
    accessTokenUrl: fc.constant('https://acme.example/access'),
    metadata: byName(key),
  }),
  fixed_tokens: fc.record({
    ...ofOAuth1,
    grant: fc.constant('fixed_tokens'),
    token: fc.constant('{{username}}'),
  }),
  token: fc.record({ type: fc.constant('token') }),
  login: fc.record({
    type: fc.constant('login'),
    steps: fc.constant([
      { url: 'https://acme.example/login', json: { user: '{{username}}', pass: '{{password}}' } },
    ]),
    tokenResponse: fc.record({ accessToken: fc.constantFrom('token', 'data.token') }),
  }),
};

/** The types and grants that there are. */
export const kindsOfAuth = Object.keys(auths);

/** What is said of its calls, in production and in each environment. */
const calls = {
  limits: maybe(fc.record({ auth: fc.constant({ concurrency: 3, rate: { seconds: 60, calls: 100 } }) })),
  pagination: maybe(
    fc.constant({ kind: 'link', pageSize: { name: 'limit', value: 50 }, items: ['data', 'items'] }),
  ),
};

/** What a further environment has of its own, where the type has a client. */
const override = (kind: string) =>
  fc.record({
    title: maybe(line),
    baseUrl: maybe(fc.constant('https://sandbox.acme.example')),
    ...calls,
    processesEndUserData: maybe(fc.boolean()),
    umbrella: maybe(fc.constantFrom('one', 'two')),
    auth: common.clientId.chain((clientId) =>
      ['authorization_code', 'client_credentials', 'password'].includes(kind)
        ? fc.record({ clientId: fc.constant(clientId), clientSecret: secret })
        : fc.constant({}),
    ),
    secrets: byName(secret),
  });

/** A service of a kind as a builder describes it; `umbrella` is the number of one, to be put into the place of its id. */
export const documents = (kind: string) =>
  fc.record({
    name: line,
    documentationUrl: maybe(fc.constant('https://acme.example/docs')),
    baseUrl: fc.constant('https://api.acme.example/v2'),
    hosts: fc.subarray(['files.acme.example', '*.cdn.example']),
    fields: fc.tuple(maybe(line), fc.boolean(), maybe(line)).map(([title, required, value]) => [
      { key: 'username', title, required, default: value },
      { key: 'password', secret: true, help: title },
    ]),
    apply: fc
      .tuple(key, fc.constantFrom('header', 'query'))
      .map(([name, place]) => [{ in: place, name, value: '{{username}}' }]),
    test: maybe(fc.constant({ path: '/me', label: 'name' })),
    ...calls,
    retries: maybe(fc.record({ most: fc.nat(5), statuses: fc.constantFrom([503], [429, 503]) })),
    rateLimit: maybe(fc.constant({ remaining: 'X-Left', at: 'X-Reset', unit: 'milliseconds' })),
    lifetime: maybe(fc.record({ consentSeconds: seconds, idleSeconds: maybe(seconds) })),
    processesEndUserData: fc.boolean(),
    umbrella: maybe(fc.constantFrom('one', 'two')),
    auth: auths[kind]!,
    secrets: byName(secret),
    environments: fc.dictionary(fc.constantFrom('sandbox', 'test', 'eu'), override(kind), {
      maxKeys: 2,
      noNullPrototype: true,
    }),
  });
