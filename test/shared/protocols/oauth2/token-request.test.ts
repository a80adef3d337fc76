import { describe, expect, it } from '@jest/globals';
import { codeRequest, refreshRequest, type TokenRequest } from '#shared/protocols/oauth2/token-request.ts';
import { UnusableUrl } from '#shared/protocols/url-template.ts';
import { secret } from '#shared/secret.ts';
import { definition } from './definition.ts';

const clientSecret = secret('s-e_c r+e:t/ü');
const code = {
  code: 'c&o=de',
  redirectUri: 'https://latchkey.example/oauth/callback',
  codeVerifier: secret('verifier'),
};

const build = (
  parts: Readonly<Record<string, unknown>> = {},
  given: ReturnType<typeof secret> | undefined = clientSecret,
) => codeRequest({ definition: definition(parts), fields: { sub: 'eu' }, clientSecret: given, ...code });

const header = ({ headers }: TokenRequest, name: string) => headers.find(([known]) => known === name)?.[1];
const form = ({ body }: TokenRequest) => Object.fromEntries(new URLSearchParams(body));
const basic = (request: TokenRequest) =>
  Buffer.from(header(request, 'authorization')?.replace('Basic ', '') ?? '', 'base64').toString();

describe('the request that exchanges a code', () => {
  it('bears the parameters of RFC 6749 §4.1.3 and RFC 7636 §4.5 as a form', async () => {
    const request = await build();
    expect(request.method).toBe('POST');
    expect(request.url).toBe('https://eu.acme.example/token');
    expect(header(request, 'content-type')).toBe('application/x-www-form-urlencoded');
    expect(header(request, 'accept')).toBe('application/json');
    expect(form(request)).toEqual({
      grant_type: 'authorization_code',
      code: 'c&o=de',
      redirect_uri: code.redirectUri,
      code_verifier: 'verifier',
    });
  });

  it('authenticates by basic, form-encoded as RFC 6749 §2.3.1 has it', async () => {
    const request = await build({ clientAuthentication: 'client_secret_basic' });
    const [id = '', ...rest] = basic(request).split(':');
    expect(rest).toHaveLength(1);
    expect([id, rest[0] ?? ''].map((part) => new URLSearchParams(`v=${part}`).get('v'))).toEqual([
      'cli ent:1',
      clientSecret.reveal(),
    ]);
    expect(basic(request)).toContain('cli+ent%3A1');
  });

  it('authenticates by raw basic where the provider does not decode', async () => {
    expect(basic(await build({ clientAuthentication: 'client_secret_basic_raw' }))).toBe(
      `cli ent:1:${clientSecret.reveal()}`,
    );
  });

  it('authenticates in the body', async () => {
    const request = await build({ clientAuthentication: 'client_secret_post' });
    expect(form(request)).toMatchObject({ client_id: 'cli ent:1', client_secret: clientSecret.reveal() });
    expect(header(request, 'authorization')).toBeUndefined();
  });

  it('names a client without a secret in the body', async () => {
    const request = await build({ clientAuthentication: 'none' });
    expect(form(request)).toMatchObject({ client_id: 'cli ent:1' });
    expect(request.body).not.toContain('client_secret');
    expect(header(request, 'authorization')).toBeUndefined();
  });

  it('is JSON where the provider wants it', async () => {
    const request = await build({ tokenRequestFormat: 'json', clientAuthentication: 'client_secret_post' });
    expect(header(request, 'content-type')).toBe('application/json');
    expect(JSON.parse(request.body)).toMatchObject({
      grant_type: 'authorization_code',
      code: 'c&o=de',
      client_secret: clientSecret.reveal(),
    });
  });

  it('sends no verifier where there was no challenge', async () => {
    expect(form(await build({ pkce: 'none' }))).not.toHaveProperty('code_verifier');
  });

  it('adds the parameters of the definition, which replace nothing of the protocol', async () => {
    const request = await build({
      tokenParams: { audience: 'a', grant_type: 'x', code: 'x', redirect_uri: 'x' },
    });
    expect(form(request)).toMatchObject({ audience: 'a', grant_type: 'authorization_code', code: 'c&o=de' });
    expect(new URLSearchParams(request.body).getAll('code')).toEqual(['c&o=de']);
  });

  it('holds no secret in its URL', async () => {
    const { url } = await build({ clientAuthentication: 'client_secret_post' });
    expect(url).not.toMatch(/secret|code|verifier/);
  });

  it('refuses fields of which no URL can be made', async () => {
    const input = { definition: definition(), fields: { sub: '/' }, clientSecret, ...code };
    await expect(codeRequest(input)).rejects.toThrow(UnusableUrl);
  });
});

describe('the request that spends a refresh token', () => {
  it('bears the parameters of RFC 6749 §6', async () => {
    const request = await refreshRequest({
      definition: definition(),
      fields: { sub: 'eu' },
      clientSecret,
      refreshToken: secret('r+t'),
    });
    expect(form(request)).toEqual({ grant_type: 'refresh_token', refresh_token: 'r+t' });
    expect(basic(request)).toContain(':');
  });
});
