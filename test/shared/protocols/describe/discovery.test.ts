import { describe, expect, it } from '@jest/globals';
import { ServiceInput } from '#shared/domain/services/definition.ts';
import { discoveryUrls, draftFromMetadata } from '#shared/protocols/describe/discovery.ts';
import { UnreadableDocument } from '#shared/protocols/describe/limits.ts';
import { completed } from './complete.ts';

const issuer = 'https://login.acme.example/tenant';

const metadata = {
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  revocation_endpoint: `${issuer}/revoke`,
  service_documentation: 'https://acme.example/docs',
  scopes_supported: ['openid', 'email', 'offline_access'],
  code_challenge_methods_supported: ['plain', 'S256'],
  token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
  authorization_response_iss_parameter_supported: true,
  grant_types_supported: ['authorization_code', 'refresh_token'],
};

const drafted = (changes: object = {}) => draftFromMetadata(issuer, { ...metadata, ...changes });
const auth = (changes: object = {}) => drafted(changes).draft.auth;

describe('the places of metadata', () => {
  it.each([
    [
      'https://a.example',
      'https://a.example/.well-known/openid-configuration',
      'https://a.example/.well-known/oauth-authorization-server',
    ],
    [
      'https://a.example/',
      'https://a.example/.well-known/openid-configuration',
      'https://a.example/.well-known/oauth-authorization-server',
    ],
    [
      'https://a.example:8443/one/two/',
      'https://a.example:8443/one/two/.well-known/openid-configuration',
      'https://a.example:8443/.well-known/oauth-authorization-server/one/two',
    ],
  ])('of %s are behind it, and between its host and its path', (of, ...urls) => {
    expect(discoveryUrls(of)).toEqual(urls);
  });
});

describe('a draft from metadata', () => {
  it('has the endpoints and what the provider says that it supports', () => {
    expect(drafted().draft).toEqual({
      name: 'login.acme.example',
      documentationUrl: 'https://acme.example/docs',
      fields: [],
      auth: {
        type: 'oauth2',
        grant: 'authorization_code',
        authorizationUrl: `${issuer}/authorize`,
        tokenUrl: `${issuer}/token`,
        revocationUrl: `${issuer}/revoke`,
        clientAuthentication: 'client_secret_basic',
        pkce: 'S256',
        issuer,
        authorizationResponse: { requireIss: true },
        scopes: ['openid', 'offline_access'],
      },
    });
    expect(drafted().missing.map(({ path }) => path)).toEqual([
      'baseUrl',
      'auth.clientId',
      'auth.clientSecret',
    ]);
    expect(drafted().findings.map(({ message }) => message)).toEqual([
      'The provider also knows the scopes email.',
    ]);
  });

  it.each([
    ['everything', {}],
    [
      'only a token endpoint',
      {
        ...Object.fromEntries(Object.keys(metadata).map((name) => [name, undefined])),
        issuer,
        token_endpoint: `${issuer}/token`,
      },
    ],
    ['no endpoint', { authorization_endpoint: undefined, token_endpoint: 'javascript:alert(1)' }],
    ['signed client assertions', { token_endpoint_auth_methods_supported: ['private_key_jwt'] }],
    ['public clients', { token_endpoint_auth_methods_supported: ['none'] }],
    ['client credentials', { grant_types_supported: ['client_credentials'] }],
    ['passwords', { grant_types_supported: ['password'] }],
    [
      'a way of client authentication that is not ours',
      { token_endpoint_auth_methods_supported: ['tls_client_auth'] },
    ],
  ])('can be created once what is missing is given: %s', (_, changes) => {
    const result = ServiceInput.safeParse(completed(drafted(changes)));
    expect(result.error?.issues ?? []).toEqual([]);
  });

  it.each([
    ['the name of another', 'https://evil.example'],
    ['a slash more', `${issuer}/`],
    ['other letters', issuer.toUpperCase()],
  ])('uses nothing of metadata whose issuer has %s', (_, told) => {
    const { draft, findings, missing } = drafted({ issuer: told });
    expect({ draft, missing }).toEqual({ draft: {}, missing: [] });
    expect(findings).toEqual([
      {
        level: 'error',
        path: 'issuer',
        message: expect.stringContaining('RFC 8414 §3.3'),
        remedy: expect.stringContaining(told),
      },
    ]);
  });

  it.each([
    ['does not say', undefined],
    ['knows only plain', ['plain']],
  ])('goes without PKCE, with a warning, where the provider %s', (_, methods) => {
    const changes = { code_challenge_methods_supported: methods };
    expect(auth(changes)).toMatchObject({ pkce: 'none' });
    expect(drafted(changes).findings).toContainEqual(
      expect.objectContaining({ level: 'warning', path: 'code_challenge_methods_supported' }),
    );
  });

  it.each([
    [undefined, 'client_secret_basic'],
    [['client_secret_post'], 'client_secret_post'],
    [['private_key_jwt', 'none'], 'private_key_jwt'],
    [['none'], 'none'],
  ])('takes of the client authentications %j the one %s', (methods, taken) => {
    expect(auth({ token_endpoint_auth_methods_supported: methods })).toMatchObject({
      clientAuthentication: taken,
    });
  });

  it('signs client assertions by an algorithm that the provider takes', () => {
    const changes = {
      token_endpoint_auth_methods_supported: ['private_key_jwt'],
      token_endpoint_auth_signing_alg_values_supported: ['HS256', 'ES256', 'PS256'],
    };
    expect(auth(changes)).toMatchObject({ privateKeyJwt: { algorithm: 'PS256' } });
    expect(drafted(changes).missing.map(({ path }) => path)).toContain('auth.privateKey');
  });

  it('tells when the provider has none of our client authentications', () => {
    const { findings } = drafted({ token_endpoint_auth_methods_supported: ['client_secret_jwt'] });
    expect(findings).toContainEqual(
      expect.objectContaining({ level: 'error', path: 'token_endpoint_auth_methods_supported' }),
    );
  });

  it.each([
    [['client_credentials', 'authorization_code'], 'authorization_code'],
    [['client_credentials', 'password'], 'client_credentials'],
    [['password'], 'password'],
    [undefined, 'authorization_code'],
  ])('takes of the grants %j the one %s', (grants, grant) => {
    expect(auth({ grant_types_supported: grants })).toMatchObject({ grant });
  });

  it('proposes no scopes that the provider does not know, and none for client credentials', () => {
    expect(auth({ scopes_supported: ['read'] })).toMatchObject({ scopes: [] });
    expect(auth({ grant_types_supported: ['client_credentials'] })).toMatchObject({ scopes: [] });
  });

  it('says that plain HTTP is not enough', () => {
    expect(drafted({ token_endpoint: 'http://login.acme.example/token' }).findings).toContainEqual(
      expect.objectContaining({ level: 'warning', path: 'token_endpoint' }),
    );
  });

  it.each([
    ['a list', []],
    ['nothing', null],
    ['an issuer that is no text', { ...metadata, issuer: 7 }],
    ['no issuer', { token_endpoint: 'https://a.example' }],
    ['an endpoint that is an object', { ...metadata, token_endpoint: {} }],
    ['scopes that are no list', { ...metadata, scopes_supported: 'openid' }],
  ])('is refused when the metadata is %s', (_, value) => {
    expect(() => draftFromMetadata(issuer, value)).toThrow(UnreadableDocument);
  });
});
