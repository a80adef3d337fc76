import { describe, expect, it } from '@jest/globals';
import { browse } from '../support/platform.ts';
import { sees } from '../support/scriptable-provider.ts';
import { staged } from '../support/stage.ts';

const stage = staged();

type Input = Readonly<Record<string, unknown>>;

const api = (name: string, admits: Parameters<typeof sees>[0] = () => true) => {
  const section = stage.provider.section(name);
  section.on('/api', sees(admits));
  return section;
};

const document = (url: string, more: Input) => ({
  name: 'A token API',
  baseUrl: `${url}/api`,
  auth: { type: 'token' },
  fields: [{ key: 'api_key', secret: true }],
  ...more,
});

const connected = async (url: string, more: Input, fields: Input = { api_key: 'the key/1' }) => {
  const made = await stage.platform.service(document(url, more));
  return stage.platform.create({ serviceId: made.id, fields });
};

const form = { 'content-type': 'application/x-www-form-urlencoded' };
const json = { 'content-type': 'application/json' };

describe('A token is put', () => {
  it('into a header, by a template, instead of what the caller sends there', async () => {
    const { url } = api('header');
    const auth = await connected(url, {
      apply: [{ in: 'header', name: 'X-Api-Key', value: 'Key {{api_key}}' }],
    });
    const headers = { 'x-api-key': 'of the caller', 'x-trace': '7' };
    const { status, body } = await stage.platform.proxied(auth.id, '/me?a=1', { headers });
    expect(status).toBe(200);
    expect(body).toMatchObject({ path: '/api/me', query: 'a=1' });
    expect(body.headers).toMatchObject({ 'x-api-key': 'Key the key/1', 'x-trace': '7' });
    expect(body.headers['authorization']).toBeUndefined();
  });

  it('into the query, where no place is said', async () => {
    const { url } = api('query');
    const auth = await connected(url, { apply: [{ name: 'key', value: '{{api_key}}' }] });
    const { body } = await stage.platform.proxied(auth.id, '/me?a=1&key=of-the-caller');
    expect(body.query).toBe('a=1&key=the+key%2F1');
  });

  it('into the body, whether that is a form or JSON', async () => {
    const { url } = api('body');
    const auth = await connected(url, { apply: [{ in: 'body', name: 'key', value: '{{api_key}}' }] });
    const send = async (headers: Record<string, string>, body: string) =>
      (await stage.platform.proxied(auth.id, '/items', { method: 'POST', headers, body })).body.body;
    expect(await send(form, 'a=1&key=of-the-caller')).toBe('a=1&key=the+key%2F1');
    expect(await send(json, '{ "id": 12345678901234567890 }')).toBe(
      '{"key":"the key/1", "id": 12345678901234567890 }',
    );
    expect(await stage.platform.proxied(auth.id, '/items', { method: 'GET' })).toMatchObject({
      status: 422,
      body: { error: { code: 'unusable_request' } },
    });
  });

  it('into the path, in the place of a whole segment', async () => {
    const { url } = api('path');
    const auth = await connected(url, { apply: [{ in: 'path', name: 'key', value: '{{api_key}}' }] });
    expect((await stage.platform.proxied(auth.id, '/bot/{key}/send')).body.path).toBe(
      '/api/bot/the%20key%2F1/send',
    );
  });

  it('into the base URL, where the API has it there', async () => {
    const { url } = api('base');
    const auth = await connected(url, {
      baseUrl: `${url}/api/{{api_key}}/v1`,
      apply: [{ in: 'header', name: 'X-Api', value: '1' }],
    });
    expect((await stage.platform.proxied(auth.id, '/me')).body.path).toBe('/api/the%20key%2F1/v1/me');
  });

  it('into a cookie, beside those of the caller', async () => {
    const { url } = api('cookie');
    const auth = await connected(
      url,
      { apply: [{ in: 'cookie', name: 'session', value: '{{api_key}}' }] },
      { api_key: 'abc' },
    );
    const { body } = await stage.platform.proxied(auth.id, '/me', {
      headers: { cookie: 'a=1; session=mine; b=2' },
    });
    expect(body.headers['cookie']).toBe('a=1; b=2; session=abc');
  });

  it('into basic authentication, an optional password left out', async () => {
    const { url } = api('basic');
    const more = {
      fields: [{ key: 'user' }, { key: 'password', secret: true, required: false }],
      apply: [{ in: 'basic', value: '{{user}}:{{password}}' }],
    };
    const sent = async (fields: Input) => {
      const auth = await connected(url, more, fields);
      const [scheme, value = ''] = (await stage.platform.proxied(auth.id, '/me')).body.headers[
        'authorization'
      ]!.split(' ');
      return [scheme, Buffer.from(value, 'base64').toString()];
    };
    expect(await sent({ user: 'ann', password: 'p:ä' })).toEqual(['Basic', 'ann:p:ä']);
    expect(await sent({ user: 'ann' })).toEqual(['Basic', 'ann:']);
  });

  it('in several places at once, through every function of templates', async () => {
    const { url } = api('functions');
    const auth = await connected(
      url,
      {
        secrets: { partner: 'partner-key' },
        fields: [{ key: 'user' }, { key: 'api_key', secret: true }, { key: 'region', required: false }],
        apply: [
          { in: 'header', name: 'X-Basic', value: 'Custom {{base64(user, ":", api_key)}}' },
          { in: 'header', name: 'X-Encoded', value: '{{urlencode(api_key)}}' },
          { in: 'header', name: 'X-Region', value: '{{default(region, "eu")}}' },
          { in: 'header', name: 'X-Partner', value: '{{secrets.partner}}' },
          { name: 'account', value: '{{user}}' },
        ],
      },
      { user: 'ann', api_key: 'the key/1' },
    );
    const { body } = await stage.platform.proxied(auth.id, '/me');
    expect(body.headers).toMatchObject({
      'x-basic': `Custom ${Buffer.from('ann:the key/1').toString('base64')}`,
      ...{ 'x-encoded': 'the%20key%2F1', 'x-region': 'eu', 'x-partner': 'partner-key' },
    });
    expect(body.query).toBe('account=ann');
  });

  it('never where the caller writes a placeholder', async () => {
    const { url } = api('placeholder');
    const auth = await connected(url, { apply: [{ in: 'header', name: 'X-Api-Key', value: '{{api_key}}' }] });
    const { body } = await stage.platform.proxied(auth.id, '/me?q=%7B%7Bapi_key%7D%7D', {
      method: 'POST',
      headers: { ...json, 'x-note': '{{api_key}}' },
      body: '{"a":"{{api_key}}"}',
    });
    expect([body.query, body.headers['x-note'], body.body]).toEqual([
      'q=%7B%7Bapi_key%7D%7D',
      '{{api_key}}',
      '{"a":"{{api_key}}"}',
    ]);
  });
});

describe('An auth of a token API', () => {
  const rules = { apply: [{ in: 'header', name: 'X-Api-Key', value: '{{api_key}}' }] };
  const tested = { ...rules, test: { path: '/me', label: 'headers.x-api-key' } };

  it('is made only of a token that the API takes, and shows the account', async () => {
    const { url } = api('tested', ({ headers }) => headers['x-api-key'] === 'good');
    const made = await stage.platform.service(document(url, tested));
    const refused = await stage.platform.refusedAuth({ serviceId: made.id, fields: { api_key: 'bad' } });
    expect(refused).toMatchObject({ status: 422, code: 'credential_refused' });
    expect(refused.message).not.toContain('bad');
    const auth = await stage.platform.create({ serviceId: made.id, fields: { api_key: 'good' } });
    expect(auth).toMatchObject({ account: 'good', tested: { ok: true, code: 'http_200' } });
  });

  it('is made on the connect page, which says what is wrong first', async () => {
    const { url } = api('page', ({ headers }) => headers['x-api-key'] === 'key-good');
    const made = await stage.platform.service(
      document(url, {
        ...tested,
        fields: [
          {
            key: 'api_key',
            title: 'Key of the API',
            secret: true,
            pattern: '^key-',
            help: 'Starts with key-',
          },
        ],
      }),
    );
    const { opened, page } = await stage.platform.open(made.id);
    expect(page.html).toContain('Key of the API');
    const submit = (key: string) => browse(opened.url, { form: new URLSearchParams({ api_key: key }) });
    const malformed = await submit('nonsense');
    expect(malformed).toMatchObject({ status: 422, html: expect.stringContaining('Starts with key-') });
    const refused = await submit('key-bad');
    expect(refused).toMatchObject({ status: 422, html: expect.stringContaining('refused these values') });
    expect(refused.html).not.toContain('key-bad');
    expect((await submit('key-good')).html).toContain('Connected');
    const { authId } = await stage.platform.session(opened.id);
    expect(await stage.platform.auth(authId)).toMatchObject({ account: 'key-good', state: 'active' });
    expect((await stage.platform.proxied(authId, '/me')).body.headers['x-api-key']).toBe('key-good');
  });

  it('is made although the API is down, and says that it was not tried', async () => {
    const { url, on } = api('down');
    on('/api', { status: 503 });
    const auth = await connected(url, tested);
    expect(auth.tested).toMatchObject({ ok: false, code: 'http_503' });
  });

  it('names each field that is wrong', async () => {
    const { url } = api('fields');
    const made = await stage.platform.service(
      document(url, {
        ...rules,
        fields: [
          { key: 'api_key', secret: true },
          { key: 'region', options: [{ value: 'eu' }] },
          { key: 'shop', pattern: '^[a-z]+$' },
        ],
      }),
    );
    expect(
      await stage.platform.refusedAuth({
        serviceId: made.id,
        fields: { region: 'us', shop: 'a@b', other: '1' },
      }),
    ).toMatchObject({
      status: 422,
      paths: ['body.fields.api_key', 'body.fields.region', 'body.fields.shop', 'body.fields.other'],
    });
  });

  it.each(['evil.example/#', 'a@evil.example', 'evil.example?', 'a:1', 'evil.example\\', '..', ''])(
    'goes to no other host by the field value %j',
    async (shop) => {
      const { url } = api('host');
      const made = await stage.platform.service(
        document(url, {
          ...rules,
          baseUrl: 'http://{{shop}}.shops.example/api',
          fields: [{ key: 'api_key', secret: true }, { key: 'shop' }],
        }),
      );
      const refused = await stage.platform.refusedAuth({
        serviceId: made.id,
        fields: { api_key: 'k', shop },
      });
      expect(refused.status).toBe(422);
    },
  );

  it('is revoked by the call that the service describes', async () => {
    const section = api('revocation');
    section.on('/keys', { status: 204 });
    const auth = await connected(section.url, {
      ...rules,
      auth: {
        type: 'token',
        revocation: {
          method: 'DELETE',
          url: `${section.url}/keys/{{api_key}}`,
          headers: { 'X-Key': '{{api_key}}' },
        },
      },
    });
    await stage.platform.remove(auth.id);
    expect(await stage.platform.history(auth.id)).toEqual(['auth.connected', 'auth.deleted', 'auth.revoked']);
    expect(section.received('/keys').map(({ method, path }) => [method, path])).toEqual([
      ['DELETE', '/keys/the%20key%2F1'],
    ]);
  });

  it('has nothing that could be renewed, and stays as it is', async () => {
    const { url } = api('renewal');
    const auth = await connected(url, rules);
    expect(await stage.platform.refresh(auth.id)).toMatchObject({ state: 'active', accessExpiresAt: null });
    expect(await stage.platform.history(auth.id)).toEqual(['auth.connected']);
    expect((await stage.platform.proxied(auth.id, '/me')).body.headers['x-api-key']).toBe('the key/1');
  });
});

describe('A generic auth', () => {
  const generic = (url: string, more: Input = {}) => ({
    baseUrl: `${url}/api`,
    fields: { key: 'the key', account: '7' },
    apply: [
      { name: 'key', value: '{{key}}' },
      { in: 'header', name: 'X-Account', value: '{{account}}' },
    ],
    ...more,
  });

  it('is made by one call, and used', async () => {
    const { url } = api('generic');
    const auth = await stage.platform.create({ generic: generic(url) });
    expect(auth).toMatchObject({ serviceId: null, state: 'active', generic: { baseUrl: `${url}/api` } });
    expect(JSON.stringify(await stage.platform.auth(auth.id))).not.toContain('the key');
    const { status, body } = await stage.platform.proxied(auth.id, '/me?a=1');
    expect([status, body.query, body.headers['x-account']]).toEqual([200, 'a=1&key=the+key', '7']);
  });

  it('needs a base URL', async () => {
    const { url } = api('generic-baseless');
    const refused = await stage.platform.refusedAuth({ generic: generic(url, { baseUrl: undefined }) });
    expect(refused).toMatchObject({ status: 422, paths: ['body.generic.baseUrl'] });
  });

  it.each([
    ['grantType', 'client_credentials'],
    ['authorizationUrl', 'https://acme.example/authorize'],
    ['tokenUrl', 'https://acme.example/token'],
    ['clientSecret', 'secret-word'],
    ['refreshToken', 'secret-word'],
    ['consumerKey', 'secret-word'],
    ['steps', [{ url: 'https://acme.example/login' }]],
  ])('cannot hold %s, beside its fields or among them', async (name, value) => {
    const { url } = api('generic-oauth');
    const beside = await stage.platform.refusedAuth({ generic: generic(url, { [name]: value }) });
    expect(beside).toMatchObject({
      ...{ status: 422, code: 'generic_auth_unsupported', paths: [`body.generic.${name}`] },
    });
    expect(beside.message).toMatch(/create a service/i);
    expect(beside.message).not.toContain('secret-word');
    const among = await stage.platform.refusedAuth({ generic: generic(url, { fields: { [name]: 'x' } }) });
    expect(among).toMatchObject({ code: 'generic_auth_unsupported', paths: [`body.generic.fields.${name}`] });
  });

  it('cannot hold tokens from elsewhere', async () => {
    const { url } = api('generic-import');
    const refused = await stage.platform.refusedAuth({
      generic: generic(url),
      credential: { accessToken: 'x' },
    });
    expect(refused).toMatchObject({ status: 422, code: 'generic_auth_unsupported' });
  });

  it('cannot name what no field fills', async () => {
    const { url } = api('generic-unfilled');
    const refused = await stage.platform.refusedAuth({
      generic: generic(url, { apply: [{ name: 'key', value: '{{other}}' }] }),
    });
    expect(refused).toMatchObject({
      status: 422,
      code: 'invalid_auth',
      paths: ['body.generic.apply.0.value'],
    });
  });
});
