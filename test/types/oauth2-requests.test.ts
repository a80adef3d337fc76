import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { browse } from '../support/platform.ts';
import { sendsBack, type Received } from '../support/scriptable-provider.ts';
import {
  startStraying,
  type Straying,
  refreshable,
  token,
  strayDocument as document,
} from '../support/straying.ts';

let platform: Straying['platform'];
let strayer: Straying['strayer'];
let usesToken: Straying['usesToken'];
let stop: Straying['stop'];

beforeAll(async () => {
  ({ platform, strayer, usesToken, stop } = await startStraying());
}, 90_000);

afterAll(() => stop());

type Input = Readonly<Record<string, unknown>>;

const named = ({ query }: Received, ...names: string[]) => names.map((name) => query.get(name));

describe('An authorization page that strays', () => {
  it('gets client_key for client_id and no response_type, and so does the token URL', async () => {
    const section = strayer('client-key');
    const { auth } = await platform.connect(
      document(section, {
        parameterNames: { client_id: 'client_key', response_type: null },
        clientAuthentication: 'client_secret_post',
      }),
    );
    const [asked] = section.received('/authorize');
    expect(named(asked!, 'client_key', 'client_id', 'response_type')).toEqual(['client-1', null, null]);
    const [{ form }] = section.received('/token') as [Received];
    expect([form.get('client_key'), form.get('client_id')]).toEqual(['client-1', null]);
    expect(form.get('client_secret')).toBe('secret-1');
    await usesToken(auth.id, 'token-1');
  });

  it('gives the code under another name', async () => {
    const section = strayer('auth-code');
    section.on(
      '/authorize',
      sendsBack((parameters) => {
        parameters.delete('code');
        parameters.set('auth_code', 'another-code');
      }),
    );
    const { auth } = await platform.connect(
      document(section, { authorizationResponse: { code: 'auth_code' } }),
    );
    expect(section.received('/token')[0]!.form.get('code')).toBe('another-code');
    await usesToken(auth.id, 'token-1');
  });

  it('tells a realm beside the code, which fills paths and headers of calls, also after a refresh', async () => {
    const section = strayer('realm');
    section.on('/token', { body: refreshable }, { body: { ...token, access_token: 'token-2' } });
    section.on(
      '/authorize',
      sendsBack((parameters) => parameters.set('realmId', '91 30')),
    );
    const { auth } = await platform.connect(
      document(
        section,
        { authorizationResponse: { metadata: { realm_id: 'realmId' } } },
        {
          apply: [
            { in: 'header', name: 'Authorization', value: 'Bearer {{access_token}}' },
            { in: 'header', name: 'X-Realm', value: 'realm {{metadata.realm_id}}' },
            { in: 'path', name: 'realm', value: '{{metadata.realm_id}}' },
          ],
        },
      ),
    );
    const seen = async () => {
      const { path, headers } = (await platform.proxied(auth.id, '/company/{realm}/invoices')).body;
      return [path, headers['x-realm'], headers['authorization']];
    };
    expect(await seen()).toEqual(['/api/company/91%2030/invoices', 'realm 91 30', 'Bearer token-1']);
    await platform.refresh(auth.id);
    expect(await seen()).toEqual(['/api/company/91%2030/invoices', 'realm 91 30', 'Bearer token-2']);
  });

  it('joins scopes by a comma, and gets parameters of its own', async () => {
    const section = strayer('commas');
    const { auth } = await platform.connect(
      document(section, {
        ...{ scopes: ['read', 'write'], scopeSeparator: ',' },
        ...{
          authorizationParams: { access_type: 'offline', prompt: 'consent' },
          tokenParams: { audience: 'x' },
        },
        ...{ tokenHeaders: { 'X-Client': '{{client_id}}' } },
      }),
    );
    const [asked] = section.received('/authorize');
    expect(named(asked!, 'scope', 'access_type', 'prompt')).toEqual(['read,write', 'offline', 'consent']);
    const [exchange] = section.received('/token');
    expect(exchange!.form.get('audience')).toBe('x');
    expect(exchange!.headers['x-client']).toBe('client-1');
    await usesToken(auth.id, 'token-1');
  });

  const malformed = (cause: string) => ({
    code: 'malformed_callback',
    message: expect.stringContaining(`(${cause})`),
  });

  it.each([
    ['two codes', (back: URLSearchParams) => back.append('code', 'another'), malformed('doubled_parameter')],
    ['no code', (back: URLSearchParams) => back.delete('code'), malformed('code_missing')],
    ['an iss twice', (back: URLSearchParams) => back.append('iss', 'x'), malformed('doubled_parameter')],
    [
      'another iss',
      (back: URLSearchParams) => back.set('iss', 'https://mix.example'),
      { code: 'iss_mismatch' },
    ],
    ['no iss', (back: URLSearchParams) => back.delete('iss'), { code: 'iss_missing' }],
    ['a refusal', (back: URLSearchParams) => back.set('error', 'access_denied'), { code: 'access_denied' }],
  ])('is not gone on from with %s', async (name, change, error) => {
    const section = strayer(`callback-${name.replaceAll(' ', '-')}`);
    section.on(
      '/authorize',
      sendsBack((parameters) => {
        parameters.set('iss', section.url);
        change(parameters);
      }),
    );
    const made = await platform.service(
      document(section, { issuer: section.url, authorizationResponse: { requireIss: true } }),
    );
    const { outcome, page } = await platform.open(made.id);
    expect(outcome).toMatchObject({ status: 'failed', authId: null, error });
    expect(page.status).toBe(400);
    expect(section.received('/token')).toEqual([]);
  });

  it('sends the person back with a state only once', async () => {
    const section = strayer('once');
    const { page } = await platform.connect(document(section));
    const again = await browse(page.visited.at(-1)!.href);
    expect(again.status).toBe(400);
    expect(section.received('/token')).toHaveLength(1);
  });
});

describe('An ID token', () => {
  const idToken = (claims: Input) =>
    ['{"alg":"none"}', JSON.stringify(claims), '']
      .map((part) => Buffer.from(part).toString('base64url'))
      .join('.');
  const exp = Math.floor(Date.now() / 1000) + 600;

  it.each([
    [
      'the nonce of another departure',
      (claims: Input) => ({ ...claims, nonce: 'another' }),
      'id_token_mismatch',
    ],
    ['another audience', (claims: Input) => ({ ...claims, aud: 'somebody' }), 'id_token_mismatch'],
    ['another issuer', (claims: Input) => ({ ...claims, iss: 'https://mix.example' }), 'id_token_mismatch'],
    ['an end long ago', (claims: Input) => ({ ...claims, exp: 1_000_000_000 }), 'id_token_mismatch'],
  ])('with %s makes no auth', async (name, change, code) => {
    const section = strayer(`id-token-${name.replaceAll(' ', '-')}`);
    section.on('/token', () => {
      const nonce = section.received('/authorize')[0]!.query.get('nonce');
      const claims = { iss: section.url, aud: 'client-1', exp, nonce, sub: '1' };
      return { body: { ...token, id_token: idToken(change(claims)) } };
    });
    const made = await platform.service(document(section, { scopes: ['openid'], issuer: section.url }));
    expect((await platform.open(made.id)).outcome).toMatchObject({ status: 'failed', error: { code } });
  });

  it('that is missing although openid was asked for makes no auth', async () => {
    const section = strayer('id-token-missing');
    const made = await platform.service(document(section, { scopes: ['openid'] }));
    expect((await platform.open(made.id)).outcome).toMatchObject({
      status: 'failed',
      error: { code: 'id_token_missing' },
    });
  });
});

describe('A token URL that strays', () => {
  const parameters = { grant_type: 'authorization_code', code: 'the-code', client_id: 'client-1' };
  const post = { clientAuthentication: 'client_secret_post' };

  it('gets its request as JSON', async () => {
    const section = strayer('json');
    const { auth } = await platform.connect(document(section, { ...post, tokenRequestFormat: 'json' }));
    const [request] = section.received('/token');
    expect(request!.headers['content-type']).toBe('application/json');
    expect(JSON.parse(request!.body)).toMatchObject({ ...parameters, client_secret: 'secret-1' });
    await usesToken(auth.id, 'token-1');
  });

  it.each([
    ['in the query of a POST', { tokenRequestFormat: 'query' }, 'POST'],
    ['by GET', { tokenRequestMethod: 'GET' }, 'GET'],
  ])('gets its request %s, its own query string kept', async (_, format, method) => {
    const section = strayer(`query-${method.toLowerCase()}`);
    const { auth } = await platform.connect(
      document(section, { ...post, ...format, tokenUrl: `${section.url}/token?tenant=a%20b&v=2` }),
    );
    const [request] = section.received('/token');
    expect(request).toMatchObject({ method, body: '' });
    expect(request!.href).toContain('/token?tenant=a%20b&v=2&');
    expect(Object.fromEntries(request!.query)).toMatchObject({ ...parameters, tenant: 'a b', v: '2' });
    await usesToken(auth.id, 'token-1');
  });

  it('keeps the query string of its URL when the request is a form', async () => {
    const section = strayer('token-query');
    const { auth } = await platform.connect(document(section, { tokenUrl: `${section.url}/token?v=2` }));
    const [request] = section.received('/token');
    expect(request!.href).toBe(`${section.url}/token?v=2`);
    expect(request!.form.get('code')).toBe('the-code');
    await usesToken(auth.id, 'token-1');
  });

  it.each([
    ['client_secret_basic', 'client%2D1:s%3A%2F+%C3%A4'],
    ['client_secret_basic_raw', 'client-1:s:/ ä'],
  ])('gets id and secret by %s', async (clientAuthentication, pair) => {
    const section = strayer(clientAuthentication);
    const { auth } = await platform.connect(
      document(section, { clientAuthentication, clientSecret: 's:/ ä' }),
    );
    const [, sent = ''] = section.received('/token')[0]!.headers['authorization']!.split(' ');
    expect(Buffer.from(sent, 'base64').toString()).toBe(pair);
    await usesToken(auth.id, 'token-1');
  });

  it('has another URL and other parameters for refreshes, and gives no new refresh token', async () => {
    const section = strayer('refresh-url');
    section.on('/token', { body: refreshable });
    section.on('/renew', { body: { ...token, access_token: 'token-2' } });
    const { auth } = await platform.connect(
      document(section, { refresh: { url: `${section.url}/renew?v=2`, params: { scope: 'all' } } }),
    );
    await usesToken(auth.id, 'token-1');
    await platform.refresh(auth.id);
    await usesToken(auth.id, 'token-2');
    await platform.refresh(auth.id);
    await usesToken(auth.id, 'token-2');
    const renewals = section.received('/renew');
    expect(renewals.map(({ form }) => form.get('refresh_token'))).toEqual(['refresh-1', 'refresh-1']);
    expect(renewals[0]!.href).toBe(`${section.url}/renew?v=2`);
    expect(renewals[0]!.form.get('scope')).toBe('all');
    expect(section.received('/token')).toHaveLength(1);
  });
});
