import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { authorizationRequest } from '#shared/protocols/oauth2/authorize.ts';
import { UnusableUrl } from '#shared/protocols/url-template.ts';
import { secret } from '#shared/secret.ts';
import { definition } from './definition.ts';

const codeVerifier = secret('v'.repeat(52));
const redirectUri = 'https://latchkey.example/oauth/callback';

const request = (
  parts: Readonly<Record<string, unknown>> = {},
  fields: Record<string, string> = { sub: 'eu' },
) =>
  authorizationRequest({
    definition: definition(parts),
    fields,
    redirectUri,
    state: 'the-state',
    codeVerifier,
  });

describe('the authorization request', () => {
  it('bears every parameter of RFC 6749 §4.1.1 and RFC 7636 §4.3, each once', async () => {
    const url = await request();
    expect(url.origin + url.pathname).toBe('https://eu.acme.example/authorize');
    expect([...url.searchParams].sort()).toEqual(
      [
        ['audience', 'all'],
        ['client_id', 'cli ent:1'],
        ['code_challenge', createHash('sha256').update(codeVerifier.reveal()).digest('base64url')],
        ['code_challenge_method', 'S256'],
        ['redirect_uri', redirectUri],
        ['response_type', 'code'],
        ['scope', 'read write'],
        ['state', 'the-state'],
      ].sort(),
    );
  });

  it('never holds the code verifier', async () => {
    expect((await request()).href).not.toContain(codeVerifier.reveal());
  });

  it('lets neither the parameters of the definition nor those of its URL replace what the protocol sets', async () => {
    const theirs = {
      state: 'x',
      response_type: 'token',
      client_id: 'x',
      redirect_uri: 'https://evil.example',
      code_challenge: 'x',
      code_challenge_method: 'plain',
      scope: 'all',
    };
    const inUrl = `https://acme.example/a?${new URLSearchParams(theirs).toString()}&state=y`;
    for (const parts of [{ authorizationParams: theirs }, { authorizationUrl: inUrl }]) {
      const { searchParams } = await request(parts);
      expect(searchParams.getAll('state')).toEqual(['the-state']);
      expect(searchParams.getAll('response_type')).toEqual(['code']);
      expect(searchParams.getAll('client_id')).toEqual(['cli ent:1']);
      expect(searchParams.getAll('redirect_uri')).toEqual([redirectUri]);
      expect(searchParams.getAll('code_challenge_method')).toEqual(['S256']);
      expect(searchParams.getAll('scope')).toEqual(['read write']);
      expect(searchParams.getAll('code_challenge')).not.toContain('x');
    }
  });

  it('adds the parameters of the definition', async () => {
    const { searchParams } = await request({
      authorizationParams: { prompt: 'consent', access_type: 'offline' },
    });
    expect([searchParams.get('prompt'), searchParams.get('access_type')]).toEqual(['consent', 'offline']);
  });

  it('joins scopes as the provider wants them, and sends none when there are none', async () => {
    expect((await request({ scopeSeparator: ',' })).searchParams.get('scope')).toBe('read,write');
    expect((await request({ scopes: [] })).searchParams.has('scope')).toBe(false);
  });

  it('sends no challenge where the provider takes none', async () => {
    const { searchParams } = await request({ pkce: 'none' });
    expect([searchParams.has('code_challenge'), searchParams.has('code_challenge_method')]).toEqual([
      false,
      false,
    ]);
  });

  it('refuses fields of which no URL can be made', async () => {
    await expect(request({}, { sub: 'evil.example/' })).rejects.toThrow(UnusableUrl);
    await expect(request({}, {})).rejects.toThrow(UnusableUrl);
  });
});
