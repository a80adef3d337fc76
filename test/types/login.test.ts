import { describe, expect, it } from '@jest/globals';
import { bearer, sees, type Received } from '../support/scriptable-provider.ts';
import { staged } from '../support/stage.ts';

const stage = staged();

type Input = Readonly<Record<string, unknown>>;

const fields = { user: 'ann', password: 'p"ass & tiger' };

const document = (url: string, auth: Input, more: Input = {}) => ({
  name: 'An API with a login',
  baseUrl: `${url}/api`,
  fields: [{ key: 'user' }, { key: 'password', secret: true }],
  auth: { type: 'login', ...auth },
  ...more,
});

/** A login that gives another token each time, and an API that takes only the newest. */
const counting = (name: string, answer: (token: string) => object) => {
  const section = stage.provider.section(name);
  let count = 0;
  section.on('/login', ({ body }) => {
    if (!body.includes('ann')) return { status: 401 };
    count += 1;
    return answer(`token-${count}`);
  });
  section.on(
    '/api',
    sees((request) => bearer(`token-${count}`)(request)),
  );
  const login = { url: `${section.url}/login`, json: { user: '{{user}}', password: '{{password}}' } };
  return { section, login, forget: () => (count = 100) };
};

const made = async (definition: Input) => {
  const service = await stage.platform.service(definition);
  return stage.platform.create({ serviceId: service.id, fields });
};

const authorization = async (authId: string) => {
  const { status, body } = await stage.platform.proxied(authId, '/me');
  return [status, body.headers['authorization']];
};

describe('A login', () => {
  it('of three steps uses what the answers before told, and its token is renewed by running it again', async () => {
    const section = stage.provider.section('three');
    let runs = 0;
    const token = () => `token-${runs}`;
    section.on('/hello', () => {
      runs += 1;
      return {
        status: 201,
        headers: { 'x-csrf': `csrf-${runs}`, 'set-cookie': ['a=1; Path=/', `sid=session-${runs}; HttpOnly`] },
        body: { challenge: { id: runs } },
      };
    });
    section.on('/sign-in', ({ headers, form, query }) => {
      const right =
        headers['x-csrf'] === `csrf-${runs}` &&
        headers['cookie'] === `sid=session-${runs}` &&
        form.get('password') === fields.password &&
        form.get('challenge') === String(runs) &&
        query.get('user') === 'ann';
      return right ? { body: { ticket: `ticket-${runs}`, tenant: 'acme' } } : { status: 401 };
    });
    section.on('/tokens', ({ body, method, path }) =>
      method === 'PUT' && path === `/tokens/ticket-${runs}` && body === '{"for":["ann",{"n":1}]}'
        ? { status: 200, body: { data: { jwt: token(), validFor: 600_000 } } }
        : { status: 403 },
    );
    section.on(
      '/api',
      sees((request) => bearer(token())(request)),
    );
    const auth = await made(
      document(
        section.url,
        {
          steps: [
            {
              ...{ method: 'GET', url: `${section.url}/hello` },
              keep: { csrf: { header: 'X-CSRF' }, sid: { cookie: 'sid' }, challenge: 'challenge.id' },
            },
            {
              url: `${section.url}/sign-in`,
              query: { user: '{{user}}' },
              headers: { 'X-CSRF': '{{kept.csrf}}', Cookie: 'sid={{kept.sid}}' },
              form: { password: '{{password}}', challenge: '{{kept.challenge}}' },
              keep: { ticket: 'ticket', tenant: 'tenant' },
            },
            {
              ...{ method: 'PUT', url: `${section.url}/tokens/{{kept.ticket}}` },
              json: { for: ['{{user}}', { n: 1 }] },
            },
          ],
          tokenResponse: {
            ...{ accessToken: 'data.jwt', expiresIn: 'data.validFor', lifetimeUnit: 'milliseconds' },
            metadata: { tenant: { kept: 'tenant' } },
          },
        },
        {
          apply: [
            { in: 'header', name: 'Authorization', value: 'Bearer {{access_token}}' },
            { in: 'header', name: 'X-Tenant', value: '{{metadata.tenant}}' },
          ],
        },
      ),
    );
    const life = Date.parse(auth.accessExpiresAt) - Date.parse(auth.consentedAt);
    expect(Math.round(life / 1000)).toBe(600);
    const first = await stage.platform.proxied(auth.id, '/me');
    expect(first.body.headers).toMatchObject({ authorization: 'Bearer token-1', 'x-tenant': 'acme' });

    expect((await stage.platform.refresh(auth.id)).state).toBe('active');
    const second = await stage.platform.proxied(auth.id, '/me');
    expect(second.body.headers).toMatchObject({ authorization: 'Bearer token-2', 'x-tenant': 'acme' });
    expect(section.received('/sign-in')).toHaveLength(2);
  });

  it.each([
    ['a path of the body', (token: string) => ({ body: { session: { id: token } } }), 'session.id'],
    [
      'a header',
      (token: string) => ({ headers: { 'X-Subject-Token': token } }),
      { header: 'x-subject-token' },
    ],
    [
      'a cookie',
      (token: string) => ({ headers: { 'set-cookie': [`sid=${token}; Path=/`] } }),
      { cookie: 'sid' },
    ],
    ['the whole body', (token: string) => ({ body: `"${token}"\n` }), { body: 'text' }],
  ])('has its token in %s', async (name, answer, accessToken) => {
    const { section, login } = counting(name.replaceAll(' ', '-'), answer);
    const auth = await made(document(section.url, { steps: [login], tokenResponse: { accessToken } }));
    expect(await authorization(auth.id)).toEqual([200, 'Bearer token-1']);
    const [{ body }] = section.received('/login') as [Received];
    expect(JSON.parse(body)).toEqual(fields);
    await stage.platform.refresh(auth.id);
    expect(await authorization(auth.id)).toEqual([200, 'Bearer token-2']);
  });

  it('that is refused makes no auth, and says so', async () => {
    const { section, login } = counting('refused', (token) => ({ body: { access_token: token } }));
    const service = await stage.platform.service(document(section.url, { steps: [login] }));
    const wrong = { serviceId: service.id, fields: { ...fields, user: 'bob' } };
    const refused = await stage.platform.refusedAuth(wrong);
    expect(refused).toMatchObject({ status: 422, code: 'credential_refused' });
    expect(refused.message).not.toContain('tiger');
  });

  it('that cannot be asked makes no auth, and can be repeated', async () => {
    const { section, login } = counting('busy', (token) => ({ body: { access_token: token } }));
    const service = await stage.platform.service(document(section.url, { steps: [login] }));
    section.on('/login', { status: 503 }, { body: { access_token: 'token-0' } });
    const asked = { serviceId: service.id, fields };
    expect(await stage.platform.refusedAuth(asked)).toMatchObject({
      status: 502,
      code: 'provider_unavailable',
    });
    const auth = await stage.platform.create(asked);
    expect(await authorization(auth.id)).toEqual([200, 'Bearer token-0']);
  });

  it('is run once more when a call is answered with 401, and the call is sent again', async () => {
    const { section, login, forget } = counting('expired', (token) => ({ body: { access_token: token } }));
    const auth = await made(
      document(section.url, { steps: [login], refresh: { defaultLifetimeSeconds: 86_400 } }),
    );
    expect(await authorization(auth.id)).toEqual([200, 'Bearer token-1']);
    // The provider forgets the token long before the end that was assumed.
    await stage.platform.advance('PT5M');
    forget();
    const answers = await Promise.all([1, 2, 3].map(() => authorization(auth.id)));
    expect(answers).toEqual([1, 2, 3].map(() => [200, 'Bearer token-101']));
    expect(section.received('/login')).toHaveLength(2);
    expect(section.received('/login')[1]!.body).toContain('ann');
  });

  it('ends the session at the provider when the auth is deleted', async () => {
    const { section, login } = counting('logout', (token) => ({ body: { access_token: token } }));
    section.on('/logout', { status: 204 });
    const revocation = { url: `${section.url}/logout`, headers: { 'X-Session': '{{access_token}}' } };
    const auth = await made(document(section.url, { steps: [login], revocation }));
    await stage.platform.remove(auth.id);
    expect(await stage.platform.history(auth.id)).toEqual(['auth.connected', 'auth.deleted', 'auth.revoked']);
    expect(section.received('/logout')[0]!.headers['x-session']).toBe('token-1');
  });

  it('on the connect page asks again for what the provider refused', async () => {
    const { section, login } = counting('page', (token) => ({ body: { access_token: token } }));
    const service = await stage.platform.service(document(section.url, { steps: [login] }));
    const { opened, page } = await stage.platform.open(service.id);
    expect(page.html).toContain('name="user"');
    const submit = async (user: string) => {
      const body = new URLSearchParams({ ...fields, user });
      const response = await fetch(opened.url, {
        method: 'POST',
        body,
        headers: { origin: stage.product.url },
      });
      return [response.status, await response.text()] as const;
    };
    const [status, html] = await submit('bob');
    expect(status).toBe(422);
    expect(html).toContain('refused');
    expect(html).not.toContain('tiger');
    expect((await submit('ann'))[1]).toContain('Connected');
    const { authId } = await stage.platform.session(opened.id);
    expect(await authorization(authId)).toEqual([200, 'Bearer token-1']);
  });
});
