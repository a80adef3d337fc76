import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { Departure } from '#shared/protocols/protocol.ts';
import { UnusableUrl } from '#shared/protocols/url-template.ts';
import { UnfilledPlaceholder } from '#shared/template.ts';
import { ground, now, protocol, redirectUri } from './definition.ts';

interface Given {
  readonly parts?: Readonly<Record<string, unknown>>;
  readonly values?: Readonly<Record<string, string>>;
  readonly scopes?: readonly string[];
}

const depart = async ({ parts, values = { sub: 'eu' }, scopes = ['read', 'write'] }: Given = {}) => {
  const departure = await protocol(parts).consent!.depart({
    ground: ground({ values }),
    redirectUri,
    state: 'the-state',
    scopes,
  });
  return departure as Departure;
};

const params = async (given: Given = {}) => (await depart(given)).page.searchParams;
const challengeOf = (verifier: string | undefined) =>
  createHash('sha256').update(verifier!).digest('base64url');

describe('the authorization request', () => {
  it('bears every parameter of RFC 6749 §4.1.1 and RFC 7636 §4.3, each once', async () => {
    const { page, kept } = await depart();
    expect(page.origin + page.pathname).toBe('https://eu.acme.example/authorize');
    expect([...page.searchParams].sort()).toEqual(
      [
        ['audience', 'all'],
        ['client_id', 'cli ent:1'],
        ['code_challenge', challengeOf(kept['codeVerifier'])],
        ['code_challenge_method', 'S256'],
        ['redirect_uri', redirectUri],
        ['response_type', 'code'],
        ['scope', 'read write'],
        ['state', 'the-state'],
      ].sort(),
    );
  });

  it('reads as the example of RFC 6749 §4.1.1', async () => {
    const { page } = await protocol({
      authorizationUrl: 'https://server.example.com/authorize',
      clientId: 's6BhdRkqt3',
      pkce: 'none',
    })
      .consent!.depart({
        ground: ground(),
        redirectUri: 'https://client.example.com/cb',
        state: 'xyz',
        scopes: [],
      })
      .then((departure) => departure as Departure);
    expect(page.href).toBe(
      'https://server.example.com/authorize?response_type=code&client_id=s6BhdRkqt3&redirect_uri=https%3A%2F%2Fclient.example.com%2Fcb&state=xyz',
    );
  });

  it('draws a code verifier of 256 bits for each departure, and keeps it out of the page', async () => {
    const source = ground();
    const leave = () =>
      protocol()
        .consent!.depart({ ground: source, redirectUri, state: 's', scopes: [] })
        .then((departure) => departure as Departure);
    const [first, second] = [await leave(), await leave()];
    expect(first.kept['codeVerifier']).toMatch(/^[\w-]{43}$/);
    expect(second.kept['codeVerifier']).not.toBe(first.kept['codeVerifier']);
    expect(first.page.href).not.toContain(first.kept['codeVerifier']);
  });

  it('sends no challenge and keeps no verifier where the provider takes none', async () => {
    const { page, kept } = await depart({ parts: { pkce: 'none' } });
    expect(page.search).not.toContain('code_challenge');
    expect(kept).toEqual({});
  });

  it('asks for the scopes that were chosen, joined as the provider wants them', async () => {
    const scopes = ['a', 'b:c'];
    expect((await params({ scopes })).get('scope')).toBe('a b:c');
    expect((await params({ scopes, parts: { scopeSeparator: ',' } })).get('scope')).toBe('a,b:c');
    expect((await params({ scopes: [] })).has('scope')).toBe(false);
  });

  it('writes spaces as %20, which every server reads', async () => {
    const { page } = await depart({ scopes: ['a', 'b+c'] });
    expect(page.search).toContain('scope=a%20b%2Bc');
  });

  it('names each resource (RFC 8707 §2.1)', async () => {
    const resource = ['https://cal.example.com/', 'https://contacts.example.com/'];
    expect((await params({ parts: { resource } })).getAll('resource')).toEqual(resource);
  });

  it('fills the parameters of the definition', async () => {
    const authorizationParams = { prompt: 'consent', tenant: '{{sub}}-1', app: '{{client_id}}' };
    const found = await params({ parts: { authorizationParams } });
    expect([found.get('prompt'), found.get('tenant'), found.get('app')]).toEqual([
      'consent',
      'eu-1',
      'cli ent:1',
    ]);
  });

  it('fills the client id with a field', async () => {
    const given = { parts: { clientId: 'app-{{app}}' }, values: { sub: 'eu', app: '7' } };
    expect((await params(given)).get('client_id')).toBe('app-7');
  });

  it.each(['authorizationParams', 'authorizationUrl'])(
    'lets %s replace nothing that the protocol sets',
    async (where) => {
      const theirs = {
        state: 'x',
        response_type: 'token',
        client_id: 'x',
        redirect_uri: 'https://evil.example',
        code_challenge: 'x',
        code_challenge_method: 'plain',
        scope: 'all',
      };
      const query = `${new URLSearchParams(theirs).toString()}&state=y`;
      const inUrl = { authorizationUrl: `https://acme.example/a?${query}` };
      const found = await params({
        parts: where === 'authorizationUrl' ? inUrl : { authorizationParams: theirs },
      });
      expect(found.getAll('state')).toEqual(['the-state']);
      expect(found.getAll('response_type')).toEqual(['code']);
      expect(found.getAll('client_id')).toEqual(['cli ent:1']);
      expect(found.getAll('redirect_uri')).toEqual([redirectUri]);
      expect(found.getAll('code_challenge_method')).toEqual(['S256']);
      expect(found.getAll('scope')).toEqual(['read write']);
      expect(found.getAll('code_challenge')).toEqual([expect.stringMatching(/^[\w-]{43}$/)]);
    },
  );

  it('renames and leaves out standard parameters where the provider strays', async () => {
    const parameterNames = { client_id: 'client_key', response_type: null, scope: 'permissions' };
    const found = await params({ parts: { parameterNames } });
    expect([found.get('client_key'), found.get('permissions')]).toEqual(['cli ent:1', 'read write']);
    expect(['client_id', 'response_type', 'scope'].filter((name) => found.has(name))).toEqual([]);
  });

  it('lets a parameter that is left out be said by the definition', async () => {
    const parts = {
      parameterNames: { response_type: null },
      authorizationParams: { response_type: 'code id' },
    };
    expect((await params({ parts })).getAll('response_type')).toEqual(['code id']);
  });

  it('never lets another parameter take the name of the state, nor the definition a redirect URI', async () => {
    const parts = {
      parameterNames: { scope: 'state', redirect_uri: null },
      authorizationParams: { redirect_uri: 'https://evil.example' },
    };
    const found = await params({ parts });
    expect(found.getAll('state')).toEqual(['the-state']);
    expect(found.has('redirect_uri')).toBe(false);
  });

  it('keeps the rest of a URL as it was written', async () => {
    const { page } = await depart({ parts: { authorizationUrl: 'https://acme.example/a?x=%7e+1&flag' } });
    expect(page.search.startsWith('?x=%7e+1&flag&response_type=code')).toBe(true);
  });

  it('refuses fields of which no URL can be made, and names what is missing', async () => {
    await expect(depart({ values: { sub: 'evil.example/' } })).rejects.toThrow(UnusableUrl);
    await expect(depart({ values: {} })).rejects.toThrow(UnusableUrl);
    await expect(depart({ parts: { clientId: '{{app}}' } })).rejects.toThrow(UnfilledPlaceholder);
  });
});

describe('the nonce', () => {
  it('goes with the scope openid, and is kept with what the ID token is compared with', async () => {
    const { page, kept } = await depart({ scopes: ['openid', 'email'] });
    expect(kept['nonce']).toMatch(/^[\w-]{43}$/);
    expect(page.searchParams.getAll('nonce')).toEqual([kept['nonce']]);
    expect(kept['nonce']).not.toBe(kept['codeVerifier']);
    expect(kept).toMatchObject({ clientId: 'cli ent:1', departedAt: String(now) });
  });

  it('is not there without that scope, nor where the provider takes none', async () => {
    for (const given of [
      { scopes: ['openid2'] },
      { scopes: ['openid'], parts: { parameterNames: { nonce: null } } },
    ]) {
      const { page, kept } = await depart(given);
      expect([page.searchParams.has('nonce'), Object.keys(kept)]).toEqual([false, ['codeVerifier']]);
    }
  });
});
