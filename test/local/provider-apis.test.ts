import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DemoProvider, startProvider } from '../../local/provider.ts';
import * as client from './provider-client.ts';

let provider: DemoProvider;
beforeAll(async () => {
  provider = await startProvider({ redirectUris: [client.redirectUri] });
});
afterAll(() => provider.stop());

const inOwnName = (fields: Readonly<Record<string, string>> = {}) =>
  client.callToken(
    { ...provider, client: provider.machine },
    { grant_type: 'client_credentials', ...fields },
  );

describe("the demo provider's client without a person", () => {
  it('gets a token of an hour for its scope, and no refresh token', async () => {
    const { status, body } = await inOwnName({ scope: 'reports:read' });
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { expires_in: 3600, scope: 'reports:read' },
    });
    expect(body).not.toHaveProperty('refresh_token');
  });

  it('reads the reports with it', async () => {
    const { body } = await inOwnName({ scope: 'reports:read' });
    expect(await client.read(provider, '/api/reports', body.access_token)).toEqual({
      status: 200,
      body: { client: provider.machine.id, reports: ['2026-q1', '2026-q2'] },
    });
  });

  it('reads nothing with a token of no scope, of a person, or of nobody', async () => {
    const { body } = await inOwnName();
    const person = await client.connect(provider);
    for (const token of [body.access_token, person.access_token, 'made-up'])
      expect((await client.read(provider, '/api/reports', token)).status).toBe(401);
    const bare = await fetch(`${provider.issuer}/api/reports`);
    expect([bare.status, bare.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  });

  it('is refused with a wrong secret, and with a scope that is a matter of persons', async () => {
    const stranger = { ...provider, client: { ...provider.machine, secret: 'wrong' } };
    const refused = await client.callToken(stranger, { grant_type: 'client_credentials' });
    expect(refused).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    expect(await inOwnName({ scope: 'email' })).toMatchObject({
      status: 400,
      body: { error: 'invalid_scope' },
    });
  });

  it('leaves the grant to the client that may have it', async () => {
    const answer = await client.callToken(provider, { grant_type: 'client_credentials' });
    const why = 'requested grant type is not allowed for this client';
    expect(answer).toMatchObject({ status: 400, body: { error_description: why } });
  });

  it('has its token ended by the clock', async () => {
    const other = await startProvider({ redirectUris: [client.redirectUri] });
    try {
      const { body } = await client.callToken(
        { ...other, client: other.machine },
        { grant_type: 'client_credentials', scope: 'reports:read' },
      );
      await other.advance(2 * client.hours);
      expect((await client.read(other, '/api/reports', body.access_token)).status).toBe(401);
    } finally {
      await other.stop();
    }
  });
});

describe("the demo provider's API with keys", () => {
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${provider.issuer}/keys-api${path}`, init);
    return { status: response.status, body: await response.json() };
  };
  const post = (body: string, type: string) =>
    ask('/me', { method: 'POST', body, headers: { 'content-type': type } });
  const form = 'application/x-www-form-urlencoded';

  const places = {
    header: (key: string) => ask('/me', { headers: { 'x-api-key': key } }),
    query: (key: string) => ask(`/me?api_key=${key}`),
    basic: (key: string) => ask('/me', { headers: { authorization: `Basic ${btoa(`${key}:`)}` } }),
    cookie: (key: string) => ask('/me', { headers: { cookie: `other=1; api_key=${key}` } }),
    path: (key: string) => ask(`/${key}/me`),
    body: (key: string) => post(JSON.stringify({ api_key: key }), 'application/json'),
  };

  it.each(Object.entries(places))('takes the right key in the %s and no other', async (place, call) => {
    const { name: account, email } = provider.user;
    expect(await call(provider.apiKey)).toEqual({ status: 200, body: { account, email, keyIn: place } });
    expect(await call('wrong')).toMatchObject({ status: 401, body: { error: 'invalid_key' } });
  });

  it('takes the key in a form', async () => {
    expect(await post(`api_key=${provider.apiKey}`, form)).toMatchObject({
      status: 200,
      body: { keyIn: 'body' },
    });
  });

  it.each([
    ['no key', '/me', {}],
    ['an empty one', '/me?api_key=', {}],
    [
      'a body that is not JSON',
      '/me',
      { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } },
    ],
    [
      'a body of another shape',
      '/me',
      { method: 'POST', body: '[1]', headers: { 'content-type': 'application/json' } },
    ],
    [
      'too long a body',
      '/me',
      { method: 'POST', body: 'x'.repeat(70_000), headers: { 'content-type': form } },
    ],
  ])('answers 401 to %s', async (_, path, init) => {
    expect((await ask(path, init)).status).toBe(401);
  });
});

describe('a folder of an older demo provider', () => {
  it('keeps the secrets that it has and gets those that it lacks', async () => {
    const dataDirectory = await mkdtemp(join(tmpdir(), 'demo-provider-'));
    const start = () => startProvider({ redirectUris: [client.redirectUri], dataDirectory });
    try {
      const first = await start();
      await first.stop();
      const path = join(dataDirectory, 'secrets.json');
      const { machine: _machine, apiKey: _apiKey, ...older } = JSON.parse(await readFile(path, 'utf8'));
      await writeFile(path, JSON.stringify(older));
      const second = await start();
      await second.stop();
      const third = await start();
      await third.stop();
      expect(second.client).toEqual(first.client);
      expect(second.apiKey).not.toBe(first.apiKey);
      expect([third.machine, third.apiKey]).toEqual([second.machine, second.apiKey]);
    } finally {
      await rm(dataDirectory, { recursive: true });
    }
  });
});
