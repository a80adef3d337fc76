import { describe, expect, it } from '@jest/globals';
import { protocol } from './definition.ts';

const of = (grant: string) => protocol({ grant });

describe('what OAuth 2 can do', () => {
  it('has a person consent and renews, by authorization code', () => {
    const { consent, renew, issue } = of('authorization_code');
    expect([consent, renew, issue].map((part) => part !== undefined)).toEqual([true, true, false]);
  });

  it.each(['client_credentials', 'password'])('asks anew and spends no refresh token, by %s', (grant) => {
    const { consent, renew, issue } = of(grant);
    expect([consent, renew, issue].map((part) => part !== undefined)).toEqual([false, false, true]);
  });

  it.each([
    ['client_secret_basic', ['clientSecret']],
    ['client_secret_basic_raw', ['clientSecret']],
    ['client_secret_post', ['clientSecret']],
    ['private_key_jwt', ['privateKey']],
    ['none', []],
  ])('needs its secrets for %s: %j', (clientAuthentication, needed) => {
    expect(protocol({ clientAuthentication }).needsSecrets).toEqual(needed);
  });

  it('takes a token for over at the statuses that the definition names', () => {
    expect(protocol().refusedBy).toEqual([401]);
    expect(protocol({ refresh: { on: [{ status: 403 }, { status: 498 }] } }).refusedBy).toEqual([403, 498]);
  });

  it('provides the access token and the metadata of answer and callback, each once', () => {
    const { provides } = protocol({
      tokenResponse: { metadata: { team: 'team.id', realm: 'realm' } },
      authorizationResponse: { metadata: { realm: 'realmId', zone: 'zone' } },
    });
    expect(provides).toEqual(['access_token', 'metadata.team', 'metadata.realm', 'metadata.zone']);
    expect(protocol({ grant: 'client_credentials' }).provides).toEqual(['access_token']);
  });
});

describe('the settings that may hold placeholders', () => {
  const paths = (parts: Readonly<Record<string, unknown>>) =>
    protocol(parts).settings.map(({ path, is, filledFrom }) => [path, is, filledFrom].join(' '));

  it('are all templates of an authorization code definition, with what fills them', () => {
    expect(
      paths({
        revocationUrl: 'https://acme.example/revoke',
        authorizationParams: { prompt: 'consent' },
        issuer: 'https://{{sub}}.acme.example',
        optionalScopes: [{ scope: 'more' }],
        resource: ['https://{{sub}}.acme.example'],
        tokenParams: { a: '{{b}}' },
        tokenHeaders: { 'User-Agent': 'x' },
        privateKeyJwt: { audience: 'https://{{sub}}' },
        refresh: { url: 'https://acme.example/refresh', params: { c: '{{metadata.c}}' } },
        revocation: { url: 'https://acme.example/x', form: { t: '{{access_token}}' } },
      }).sort(),
    ).toEqual(
      [
        'clientId text fields',
        'tokenUrl url fields',
        'revocationUrl url fields',
        'refresh.url url fields',
        'authorizationUrl url fields',
        'authorizationParams.prompt text fields',
        'issuer text fields',
        'optionalScopes.0.scope text fields',
        'resource.0 text fields',
        'scopes.0 text fields',
        'scopes.1 text fields',
        'tokenParams.a text fields',
        'tokenHeaders.User-Agent text fields',
        'privateKeyJwt.audience text fields',
        'refresh.params.c text answers',
        'revocation.url url answers',
        'revocation.form.t text answers',
      ].sort(),
    );
  });

  it('are user name and password too where a person gives them', () => {
    expect(paths({ grant: 'password' }).sort()).toEqual(
      [
        'clientId text fields',
        'password text fields',
        'scopes.0 text fields',
        'scopes.1 text fields',
        'tokenUrl url fields',
        'username text fields',
      ].sort(),
    );
  });

  it('hold the templates as they were written', () => {
    const { settings } = protocol({ tokenParams: { a: 'x {{b}}' } });
    expect(settings.find(({ path }) => path === 'tokenParams.a')?.text).toBe('x {{b}}');
  });

  it('know that a refresh token can stand in the request that takes the grant back, and nowhere else', () => {
    const { settings } = protocol({ revocation: { url: 'https://acme.example/x' } });
    const also = settings.filter(({ alsoFilledBy }) => alsoFilledBy?.includes('refresh_token'));
    expect(also.map(({ path }) => path)).toEqual(['revocation.url']);
  });
});
