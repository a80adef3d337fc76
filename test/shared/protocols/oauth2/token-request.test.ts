import { describe, expect, it } from '@jest/globals';
import { UnusableHeader } from '#shared/protocols/header-value.ts';
import { UnusableUrl } from '#shared/protocols/url-template.ts';
import { secret } from '#shared/secret.ts';
import { UnfilledPlaceholder } from '#shared/template.ts';
import { basicOf, exchange, form, ground, header, protocol, redirectUri } from './definition.ts';

type Parts = Readonly<Record<string, unknown>>;

const refresh = async (parts: Parts = {}, values: Readonly<Record<string, string>> = {}) =>
  (await protocol(parts).renew!(ground({ values: { sub: 'eu', ...values } }), secret('r+t'))).request;

const post = { clientAuthentication: 'client_secret_post' };
const queryOf = (url: string) => Object.fromEntries(new URL(url).searchParams);

describe('the request that exchanges a code', () => {
  it('bears the parameters of RFC 6749 §4.1.3 and RFC 7636 §4.5 as a form', async () => {
    const request = await exchange();
    expect(request.method).toBe('POST');
    expect(request.url).toBe('https://eu.acme.example/token');
    expect(header(request, 'content-type')).toBe('application/x-www-form-urlencoded');
    expect(header(request, 'accept')).toBe('application/json');
    expect(form(request)).toEqual({
      grant_type: 'authorization_code',
      code: 'c&o=de',
      redirect_uri: redirectUri,
      code_verifier: 'verifier',
    });
  });

  it('reads as the example of RFC 6749 §4.1.3', async () => {
    const turn = await protocol({ clientId: 's6BhdRkqt3', pkce: 'none' }).consent!.arrive({
      ground: ground({ secrets: { clientSecret: secret('gX1fBat3bV') }, values: { sub: 'server' } }),
      redirectUri: 'https://client.example.com/cb',
      query: new URLSearchParams('code=SplxlOBeZQQYbYS6WxSbIA&state=xyz'),
      kept: {},
    });
    if (!('request' in turn)) throw new Error('It was refused.');
    expect(header(turn.request, 'authorization')).toBe('Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW');
    expect(turn.request.body).toBe(
      'grant_type=authorization_code&code=SplxlOBeZQQYbYS6WxSbIA&redirect_uri=https%3A%2F%2Fclient.example.com%2Fcb',
    );
  });

  it('is JSON where the provider wants it, a repeated parameter a list', async () => {
    const resource = ['https://a.example', 'https://b.example'];
    const request = await exchange({ ...post, tokenRequestFormat: 'json', resource });
    expect(header(request, 'content-type')).toBe('application/json');
    expect(JSON.parse(request.body!)).toEqual({
      grant_type: 'authorization_code',
      code: 'c&o=de',
      redirect_uri: redirectUri,
      code_verifier: 'verifier',
      resource,
      client_id: 'cli ent:1',
      client_secret: 's-e_c r+e:t/ü',
    });
  });

  it('has everything in the query where the provider wants it so, and no body', async () => {
    const request = await exchange({
      ...post,
      tokenRequestFormat: 'query',
      tokenUrl: 'https://acme.example/token?p=B2C_1&grant_type=x',
    });
    expect(request.method).toBe('POST');
    expect(new URL(request.url).searchParams.getAll('grant_type')).toEqual(['authorization_code']);
    expect(queryOf(request.url)).toMatchObject({
      p: 'B2C_1',
      code: 'c&o=de',
      client_secret: 's-e_c r+e:t/ü',
    });
    expect([request.body, header(request, 'content-type')]).toEqual([undefined, undefined]);
  });

  it.each(['form', 'json', 'query'])(
    'is a GET with all in the query where the provider wants that, format %s',
    async (tokenRequestFormat) => {
      const request = await exchange({ ...post, tokenRequestMethod: 'GET', tokenRequestFormat });
      expect([request.method, request.body, header(request, 'content-type')]).toEqual([
        'GET',
        undefined,
        undefined,
      ]);
      expect(queryOf(request.url)).toMatchObject({
        grant_type: 'authorization_code',
        client_id: 'cli ent:1',
      });
    },
  );

  it("keeps the token URL's own query string", async () => {
    const request = await exchange({ tokenUrl: 'https://{{sub}}.acme.example/token?p=B2C_1&x={{sub}}' });
    expect(request.url).toBe('https://eu.acme.example/token?p=B2C_1&x=eu');
    expect(form(request)).not.toHaveProperty('p');
  });

  it('sends no verifier where there was no challenge', async () => {
    const turn = await protocol({ pkce: 'none' }).consent!.arrive({
      ground: ground(),
      redirectUri,
      query: new URLSearchParams('code=c'),
      kept: {},
    });
    expect('request' in turn && form(turn.request)).not.toHaveProperty('code_verifier');
  });

  it('names each resource (RFC 8707 §2.2)', async () => {
    const resource = ['https://cal.example.com/', 'https://contacts.example.com/'];
    const { body } = await exchange({ resource });
    expect(new URLSearchParams(body).getAll('resource')).toEqual(resource);
  });

  it('fills the parameters of the definition, which replace nothing of the protocol', async () => {
    const tokenParams = { audience: '{{sub}}-api', app: '{{client_id}}', grant_type: 'x', code: 'x' };
    const request = await exchange({ tokenParams });
    expect(form(request)).toMatchObject({
      audience: 'eu-api',
      app: 'cli ent:1',
      grant_type: 'authorization_code',
      code: 'c&o=de',
    });
    expect(new URLSearchParams(request.body).getAll('code')).toEqual(['c&o=de']);
  });

  it('renames and leaves out standard parameters where the provider strays', async () => {
    const parameterNames = { code: 'auth_code', grant_type: null, redirect_uri: null };
    expect(form(await exchange({ parameterNames }))).toEqual({
      auth_code: 'c&o=de',
      code_verifier: 'verifier',
    });
  });

  it('bears the headers of the definition, filled, which replace its own but not the proof of the client', async () => {
    const request = await exchange({
      tokenHeaders: {
        'User-Agent': 'acme:{{sub}}',
        Accept: 'application/vnd.acme+json',
        'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8',
        Authorization: 'Basic x',
      },
    });
    expect(Object.fromEntries(request.headers)).toMatchObject({
      'user-agent': 'acme:eu',
      accept: 'application/vnd.acme+json',
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
    });
    expect(request.headers).toHaveLength(4);
    expect(basicOf(request)).toContain('cli+ent');
  });

  it('lets the definition authenticate in a header of its own', async () => {
    const request = await exchange({
      clientAuthentication: 'none',
      tokenHeaders: { Authorization: 'App {{sub}}' },
    });
    expect(header(request, 'authorization')).toBe('App eu');
  });

  it('refuses a field that no header can carry, and does not repeat it', async () => {
    const failing = exchange(
      { tokenHeaders: { 'X-Tenant': '{{tenant}}' } },
      { values: { sub: 'eu', tenant: 'private\r\nX-Evil: 1' } },
    );
    await expect(failing).rejects.toThrow(UnusableHeader);
    await expect(failing).rejects.not.toThrow('private');
  });

  it('holds no secret in its URL', async () => {
    expect((await exchange(post)).url).not.toMatch(/secret|code|verifier/);
  });

  it('refuses fields of which no URL can be made, and names what is missing', async () => {
    await expect(exchange({}, { values: { sub: '/' } })).rejects.toThrow(UnusableUrl);
    await expect(exchange({ tokenParams: { a: '{{b}}' } })).rejects.toThrow(UnfilledPlaceholder);
  });
});

describe('the request that spends a refresh token', () => {
  it('bears the parameters of RFC 6749 §6', async () => {
    const request = await refresh();
    expect(form(request)).toEqual({ grant_type: 'refresh_token', refresh_token: 'r+t' });
    expect(request.url).toBe('https://eu.acme.example/token');
    expect(basicOf(request)).toContain(':');
  });

  it('reads as the example of RFC 6749 §6', async () => {
    const { request } = await protocol({ clientId: 's6BhdRkqt3' }).renew!(
      ground({ secrets: { clientSecret: secret('7Fjfp0ZBr1KtDRbnfVdmIw') } }),
      secret('tGzv3JOkF0XG5Qx2TlKWIA'),
    );
    expect(header(request, 'authorization')).toBe('Basic czZCaGRSa3F0Mzo3RmpmcDBaQnIxS3REUmJuZlZkbUl3');
    expect(request.body).toBe('grant_type=refresh_token&refresh_token=tGzv3JOkF0XG5Qx2TlKWIA');
  });

  it('goes where refresh tokens are spent', async () => {
    const { url } = await refresh({ refresh: { url: 'https://{{sub}}.acme.example/refresh?v=2' } });
    expect(url).toBe('https://eu.acme.example/refresh?v=2');
  });

  it('adds parameters of its own, which win over those of every token request and may use earlier answers', async () => {
    const parts = {
      tokenParams: { audience: 'all', mode: 'a' },
      refresh: { params: { mode: 'b', shop: '{{metadata.shop}}', refresh_token: 'x' } },
    };
    expect(form(await refresh(parts, { 'metadata.shop': 's1' }))).toEqual({
      audience: 'all',
      mode: 'b',
      shop: 's1',
      grant_type: 'refresh_token',
      refresh_token: 'r+t',
    });
    expect(form(await exchange(parts))).toMatchObject({ mode: 'a' });
  });

  it('names each resource (RFC 8707 §2.2)', async () => {
    const { body } = await refresh({ resource: ['https://a.example', 'https://b.example'] });
    expect(new URLSearchParams(body).getAll('resource')).toHaveLength(2);
  });

  it('can say what a provider without refresh tokens wants: a GET that renews the access token itself', async () => {
    const request = await refresh({
      tokenRequestMethod: 'GET',
      clientAuthentication: 'none',
      parameterNames: { grant_type: null, refresh_token: 'access_token', client_id: null },
      tokenParams: { grant_type: 'authorization_code' },
      refresh: {
        url: 'https://graph.acme.example/refresh_access_token',
        params: { grant_type: 'ig_refresh_token' },
      },
    });
    expect(request.url).toBe(
      'https://graph.acme.example/refresh_access_token?grant_type=ig_refresh_token&access_token=r%2Bt',
    );
  });
});

describe('the request for client credentials', () => {
  const issue = async (parts: Parts = {}) =>
    (await protocol({ grant: 'client_credentials', ...parts }).issue!(ground())).request;

  it('reads as the example of RFC 6749 §4.4.2', async () => {
    const { request } = await protocol({
      grant: 'client_credentials',
      clientId: 's6BhdRkqt3',
      scopes: [],
    }).issue!(ground({ secrets: { clientSecret: secret('gX1fBat3bV') } }));
    expect(header(request, 'authorization')).toBe('Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW');
    expect(request.body).toBe('grant_type=client_credentials');
  });

  it('asks for scopes and resources', async () => {
    const request = await issue({
      scopeSeparator: ',',
      resource: ['https://a.example'],
      tokenParams: { x: '1' },
    });
    expect(form(request)).toEqual({
      x: '1',
      grant_type: 'client_credentials',
      scope: 'read,write',
      resource: 'https://a.example',
    });
  });
});

describe("the request with a person's password", () => {
  const values = { sub: 'eu', username: 'johndoe', password: 'A3ddj3w' };
  const issue = async (parts: Parts = {}, given = values) =>
    (await protocol({ grant: 'password', ...parts }).issue!(ground({ values: given }))).request;

  it('reads as the example of RFC 6749 §4.3.2', async () => {
    expect((await issue({ scopes: [] })).body).toBe('grant_type=password&username=johndoe&password=A3ddj3w');
  });

  it('asks for scopes', async () => {
    expect(form(await issue())).toMatchObject({ scope: 'read write' });
  });

  it('makes user name and password of the fields as the definition says', async () => {
    const request = await issue({ username: '{{username}}@{{sub}}', password: '{{password}}!' });
    expect(form(request)).toMatchObject({ username: 'johndoe@eu', password: 'A3ddj3w!' });
  });

  it('does not expand what a password holds', async () => {
    const request = await issue({}, { ...values, password: '{{sub}}&a=b' });
    expect(form(request)).toMatchObject({ password: '{{sub}}&a=b' });
  });
});
