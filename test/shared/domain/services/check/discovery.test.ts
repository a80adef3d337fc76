import { beforeEach, describe, expect, it } from '@jest/globals';
import { EgressRefused, HttpFailure } from '#shared/ports.ts';
import { world, type World } from '../../../../support/deps.ts';
import { oauth2Document, tokenUrl } from '../../../../support/nouns.ts';
import { answer as reply, jsonAnswer } from '../../../../support/watched.ts';
import { check, coded, pathsOf } from './checking.ts';

const issuer = 'https://login.acme.example';

const agreeing = {
  issuer,
  authorization_endpoint: 'https://acme.example/oauth/authorize',
  token_endpoint: tokenUrl,
  revocation_endpoint: 'https://acme.example/oauth/revoke',
  scopes_supported: ['read', 'write', 'offline_access'],
  code_challenge_methods_supported: ['S256'],
  token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
};

let w: World;
beforeEach(async () => {
  w = await world();
});

/** The issuer tells this of itself; whatever else is asked answers. */
const telling = (metadata: unknown) =>
  w.http.answers(({ url }) =>
    url.startsWith(`${issuer}/.well-known/openid`) ? jsonAnswer(200, metadata) : reply(200),
  );

const document = (auth: Readonly<Record<string, unknown>> = {}) =>
  oauth2Document({ auth: { issuer, ...auth } });

describe('the metadata of the issuer', () => {
  it('that agrees brings no finding', async () => {
    telling(agreeing);
    expect(await check(w, document({ clientAuthentication: 'client_secret_basic_raw' }))).toMatchObject({
      ok: true,
      findings: [],
    });
  });

  it.each([
    ['authorizationUrl', { authorization_endpoint: 'https://acme.example/v2/authorize' }],
    ['tokenUrl', { token_endpoint: 'https://acme.example/v2/token' }],
    ['revocationUrl', { revocation_endpoint: 'https://acme.example/v2/revoke' }],
  ])('that tells another %s is warned of, both being named', async (name, parts) => {
    telling({ ...agreeing, ...parts });
    const revocationUrl = 'https://acme.example/oauth/revoke';
    const answer = await check(w, document({ revocationUrl }));
    expect(answer.ok).toBe(true);
    const [found] = coded(answer, 'discovery_disagrees');
    expect(found).toMatchObject({ level: 'warning', path: `body.auth.${name}` });
    expect(found?.message).toContain('https://acme.example/oauth/');
    expect(found?.message).toContain(Object.values(parts)[0]);
    expect(answer.findings).toHaveLength(1);
  });

  it('is compared with URLs as their defaults fill them, and not with those that nothing fills yet', async () => {
    telling({ ...agreeing, authorization_endpoint: 'https://one.acme.example/authorize' });
    const fields = [{ key: 'shop', default: 'one' }, { key: 'other' }];
    const filled = {
      authorizationUrl: 'https://{{shop}}.acme.example/authorize',
      tokenUrl: 'https://{{other}}.acme.example/token',
    };
    const answer = await check(w, { ...document(filled), fields });
    expect(pathsOf(answer, 'discovery_disagrees')).toEqual([]);
  });

  it.each([
    ['another slash, and is compared further', `${issuer}/`, ['body.auth.issuer', 'body.auth.tokenUrl']],
    ['another name, and is compared no further', 'https://other.example', ['body.auth.issuer']],
  ])('that gives its issuer %s', async (_, name, paths) => {
    telling({ ...agreeing, issuer: name, token_endpoint: 'https://acme.example/v2/token' });
    expect(pathsOf(await check(w, document()), 'discovery_disagrees')).toEqual(paths);
  });

  it.each([
    ['pkce_not_listed', 'body.auth.pkce', { code_challenge_methods_supported: ['plain'] }],
    [
      'client_authentication_not_listed',
      'body.auth.clientAuthentication',
      { token_endpoint_auth_methods_supported: ['none'] },
    ],
    [
      'iss_not_required',
      'body.auth.authorizationResponse.requireIss',
      { authorization_response_iss_parameter_supported: true },
    ],
    ['scope_not_listed', 'body.auth.scopes.0', { scopes_supported: ['write', 'offline_access'] }],
    ['grant_not_listed', 'body.auth.grant', { grant_types_supported: ['client_credentials'] }],
  ])('that does not go with the definition is warned of: %s', async (code, path, parts) => {
    telling({ ...agreeing, ...parts });
    const { findings, ok } = await check(w, document());
    expect(ok).toBe(true);
    expect(findings).toMatchObject([{ level: 'warning', code, path }]);
    expect(findings[0]?.remedy).not.toBe('');
  });

  it.each([
    [
      'requireIss is on',
      { authorization_response_iss_parameter_supported: true },
      { authorizationResponse: { requireIss: true } },
    ],
    ['PKCE is off', { code_challenge_methods_supported: [] }, { pkce: 'none' }],
    ['no scopes are listed', { scopes_supported: [] }, {}],
  ])('has nothing to add when %s', async (_, parts, auth) => {
    telling({ ...agreeing, ...parts });
    const codes = (await check(w, document(auth))).findings.map(({ code }) => code);
    expect(codes.filter((code) => code !== 'pkce_off')).toEqual([]);
  });

  it('that holds control characters is told on one line', async () => {
    telling({ ...agreeing, token_endpoint: `https://acme.example/\nx${'y'.repeat(900)}` });
    const [found] = coded(await check(w, document()), 'discovery_disagrees');
    expect(found?.message).not.toContain('\n');
    expect(found?.message.length).toBeLessThan(800);
  });

  it.each([
    ['is not there', () => reply(404)],
    ['is no JSON', () => reply(200, '<html>')],
    ['is no metadata', () => jsonAnswer(200, { hello: 1 })],
    ['lies at an address that must not be called', () => Promise.reject(new EgressRefused())],
    ['does not come', () => Promise.reject(new HttpFailure('dns', false))],
  ])('that %s is told as not compared, and no error', async (_, answers) => {
    w.http.answers(({ url }) => (url.startsWith(issuer) ? answers() : reply(200)));
    const answer = await check(w, document());
    expect(answer).toMatchObject({
      ok: true,
      findings: [{ level: 'info', code: 'discovery_not_compared', path: 'body.auth.issuer' }],
    });
  });

  it('that fails for no reason of the network is no finding: the error rises', async () => {
    w.http.answers(({ method }) => (method === 'GET' ? Promise.reject(new TypeError('ours')) : reply(200)));
    await expect(check(w, document())).rejects.toThrow('ours');
  });

  it('that does not list an optional scope is warned of', async () => {
    telling(agreeing);
    const optionalScopes = [{ scope: 'write' }, { scope: 'delete' }];
    expect(pathsOf(await check(w, document({ optionalScopes })), 'scope_not_listed')).toEqual([
      'body.auth.optionalScopes.1.scope',
    ]);
  });

  it('is not asked for over plain HTTP', async () => {
    const answer = await check(w, document({ issuer: 'http://login.acme.example' }));
    expect(pathsOf(answer, 'discovery_not_compared')).toEqual(['body.auth.issuer']);
    expect(w.http.requests.filter(({ method }) => method === 'GET')).toEqual([]);
  });

  it('is asked for once for all environments, and of five issuers at the most', async () => {
    telling(agreeing);
    const names = Array.from({ length: 7 }, (_, index) => `env${index}`);
    const environments = Object.fromEntries(
      names.map((name, index) => [name, { auth: index < 2 ? {} : { issuer: `https://${name}.example` } }]),
    );
    const answer = await check(w, { ...document(), environments });
    const asked = w.http.requests
      .filter(({ method }) => method === 'GET')
      .map(({ url }) => new URL(url).host);
    expect([...new Set(asked)]).toHaveLength(5);
    expect(asked.filter((host) => host === 'login.acme.example')).toHaveLength(1);
    expect(pathsOf(answer, 'discovery_not_compared')).toContain('body.environments.env6.auth.issuer');
  });
});

describe('refresh tokens', () => {
  it('that are not asked for of a provider that knows offline_access are warned of', async () => {
    telling(agreeing);
    const answer = await check(w, document({ scopes: ['read'] }));
    expect(coded(answer, 'no_offline_access')).toMatchObject([
      { level: 'warning', path: 'body.auth.scopes' },
    ]);
    expect(coded(answer, 'no_offline_access')[0]?.remedy).toContain('offline_access');
  });

  it('that are not asked for of a provider of whom nothing is known are told', async () => {
    const answer = await check(w, oauth2Document({ auth: { scopes: ['read'] } }));
    expect(coded(answer, 'no_offline_access')).toMatchObject([{ level: 'info', path: 'body.auth.scopes' }]);
  });

  it.each([
    ['', {}, []],
    [', but whose tokens end,', { refresh: { defaultLifetimeSeconds: 3600 } }, ['body.auth.scopes']],
  ])(
    'are nothing to ask for of a provider that does not know offline_access%s as the metadata says',
    async (_, auth, paths) => {
      telling({ ...agreeing, scopes_supported: ['read'] });
      expect(pathsOf(await check(w, document({ scopes: ['read'], ...auth })), 'no_offline_access')).toEqual(
        paths,
      );
    },
  );

  it.each([
    [{ scopes: ['read', 'offline.access'] }],
    [{ scopes: ['refresh_token'] }],
    [{ scopes: [], optionalScopes: [{ scope: 'offline_access' }] }],
    [{ scopes: ['read'], authorizationParams: { access_type: 'offline' } }],
    [{ scopes: ['read'], authorizationParams: { duration: 'permanent' } }],
  ])('are asked for by %j', async (auth) => {
    expect(pathsOf(await check(w, oauth2Document({ auth })), 'no_offline_access')).toEqual([]);
  });
});
