import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSubscriber } from '../local/demo/subscriber.ts';
import { startProduct, type RunningProduct } from './support/product.ts';
import { connectDemo, consent, demoService, must, organizationWorkspace, type Body } from './support/way.ts';

let product: RunningProduct;
let workspaceId: string;

const sessions = () => `/v1/workspaces/${workspaceId}/connect-sessions`;
const authPath = (authId: string) => `/v1/workspaces/${workspaceId}/auths/${authId}`;
const open = async (serviceId: string, more = {}) =>
  must(product, 201, ['POST', sessions(), { serviceId, ...more }]);
const outcomeOf = (session: Body) => must(product, 200, ['GET', `${sessions()}/${session.id}`]);
const advance = (duration: string) => must(product, 200, ['POST', '/_local/clock', { advance: duration }]);
const service = () =>
  must(product, 201, ['POST', `/v1/workspaces/${workspaceId}/services`, demoService(product)]);

/** Every item of a list, page after page. */
const all = async (path: string, cursor?: string): Promise<readonly Body[]> => {
  const page = await must(product, 200, ['GET', cursor ? `${path}&cursor=${cursor}` : path]);
  return [...page.items, ...(page.nextCursor ? await all(path, page.nextCursor) : [])];
};

beforeAll(async () => {
  product = await startProduct();
  workspaceId = await organizationWorkspace(product);
}, 90_000);

afterAll(() => product.discard());

describe('the whole way', () => {
  it('goes from a definition to a renewed token, a flagged auth and an alert', async () => {
    const subscriber = await startSubscriber(product.demo.subscriberPort);
    try {
      const umbrella = await must(product, 201, [
        'POST',
        '/v1/umbrellas',
        { name: 'Demo app', verification: { status: 'demo', authLifetimeSeconds: 604_800 } },
      ]);
      const subscription = await must(product, 201, [
        'POST',
        '/v1/subscriptions',
        {
          name: 'Ops',
          target: { type: 'webhook', url: subscriber.url },
          events: ['auth.expiring', 'auth.expired'],
        },
      ]);
      subscriber.trust(subscription.secret);

      const { page, outcome, authId } = await connectDemo(product, workspaceId, {
        umbrellaId: umbrella.id,
      });
      expect(page.status).toBe(200);
      expect(await page.text()).toContain('Connected');
      expect(outcome).toMatchObject({ status: 'complete', error: null });

      const auth = await must(product, 200, ['GET', authPath(authId)]);
      expect(auth).toMatchObject({ state: 'active', atRisk: true, environment: 'production' });
      expect(Date.parse(auth.predictedEnd) - Date.parse(auth.consentedAt)).toBe(604_800_000);

      const me = await product.api.call('GET', `/v1/proxy/${authId}/me`);
      expect(me.status).toBe(200);
      expect(me.body).toMatchObject({ email: product.demo.provider.user.email });
      expect(me.headers.get('latchkey-auth')).toBe(authId);

      await advance('PT1H');
      const renewed = await must(product, 200, ['GET', authPath(authId)]);
      expect(Date.parse(renewed.accessExpiresAt)).toBeGreaterThan(Date.parse(auth.accessExpiresAt));
      const { items } = await must(product, 200, ['GET', '/_local/events']);
      const ofAuth = items.filter((event) => event.data['authId'] === authId);
      expect(ofAuth.find((event) => event.type === 'auth.refreshed')?.data).toMatchObject({
        rotated: true,
      });
      expect((await product.api.call('GET', `/v1/proxy/${authId}/me`)).status).toBe(200);

      await advance('PT168H');
      const over = await must(product, 200, ['GET', authPath(authId)]);
      expect(over).toMatchObject({ state: 'needs_reconnect', cause: 'provider_test_status' });
      const refused = await product.api.call('GET', `/v1/proxy/${authId}/me`);
      expect(refused.status).toBe(409);
      expect(refused.body).toMatchObject({ error: { code: 'needs_reconnect' } });
      expect(refused.headers.get('latchkey-error')).toBe('needs_reconnect');

      const heard = subscriber.received();
      expect(heard.map(({ type }) => type)).toEqual([
        'auth.expiring',
        'auth.expiring',
        'auth.expiring',
        'auth.expired',
      ]);
      expect(heard.slice(0, 3).map(({ data }) => data['leadSeconds'])).toEqual([259_200, 86_400, 14_400]);
      const { items: told } = await must(product, 200, [
        'GET',
        `/v1/subscriptions/${subscription.id}/deliveries`,
      ]);
      expect(told.map((delivery) => delivery.status)).toEqual([
        'delivered',
        'delivered',
        'delivered',
        'delivered',
      ]);

      const again = await open(over.serviceId, { authId });
      expect((await fetch(await consent(again.url))).status).toBe(200);
      expect(await outcomeOf(again)).toMatchObject({ status: 'complete', authId });
      expect(await must(product, 200, ['GET', authPath(authId)])).toMatchObject({
        state: 'active',
        cause: null,
      });
      expect((await product.api.call('GET', `/v1/proxy/${authId}/me`)).status).toBe(200);

      const history = await all(`${authPath(authId)}/history?limit=200`);
      expect(history.map(({ type }) => type)).toEqual(
        expect.arrayContaining([
          'auth.connected',
          'auth.at_risk',
          'auth.refreshed',
          'auth.expired',
          'auth.needs_reconnect',
        ]),
      );
    } finally {
      await subscriber.stop();
    }
  }, 120_000);

  it('makes an auth of a token, whose value no answer ever shows, and puts it on calls', async () => {
    const { issuer } = product.demo.provider;
    const created = await must(product, 201, [
      'POST',
      `/v1/workspaces/${workspaceId}/services`,
      {
        name: 'Token service',
        baseUrl: issuer,
        fields: [{ key: 'api_key', title: 'Key' }],
        auth: { type: 'token' },
        apply: [{ in: 'header', name: 'Authorization', value: 'Bearer {{api_key}}' }],
      },
    ]);
    const made = await product.api.call('POST', `/v1/workspaces/${workspaceId}/auths`, {
      body: { serviceId: created.id, name: 'Static', fields: { api_key: 'planted-static-key' } },
    });
    expect(made.status).toBe(201);
    expect(JSON.stringify(made.body)).not.toContain('planted-static-key');
    const { id, state } = made.body as Record<string, string>;
    expect(state).toBe('active');
    // The demo provider does not know this token and says so itself: the answer is its own, not ours.
    const answer = await product.api.call('GET', `/v1/proxy/${id}/me`);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('latchkey-error')).toBeNull();
    expect(answer.headers.get('www-authenticate')).toContain('invalid_token');
  });
});

describe('the wrong ways of a callback', () => {
  const callback = (query: string) => fetch(`${product.url}/oauth/callback?${query}`);

  it('shows a page for a state that nobody has given out', async () => {
    const page = await callback('code=abc&state=unknown');
    expect(page.status).toBe(400);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(await page.text()).toContain('start again');
    expect((await callback('code=abc')).status).toBe(400);
    expect((await callback('')).status).toBe(400);
  });

  it('shows a page for a state that was used, and leaves the session complete', async () => {
    const { callbackUrl, session } = await connectDemo(product, workspaceId);
    const page = await fetch(callbackUrl);
    expect(page.status).toBe(400);
    expect(await page.text()).toContain('used already');
    expect(await outcomeOf(session)).toMatchObject({ status: 'complete' });
  });

  it('takes a state once when two callbacks race', async () => {
    const session = await open((await service()).id);
    const url = await consent(session.url);
    const pages = await Promise.all([fetch(url), fetch(url), fetch(url)]);
    expect(pages.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await outcomeOf(session)).toMatchObject({ status: 'complete' });
  });

  it('refuses a state older than ten minutes and says so in the session', async () => {
    const session = await open((await service()).id);
    const url = await consent(session.url);
    await advance('PT11M');
    const page = await fetch(url);
    expect(page.status).toBe(400);
    expect(await page.text()).toContain('ten minutes');
    expect(await outcomeOf(session)).toMatchObject({
      status: 'failed',
      authId: null,
      error: { code: 'state_expired' },
    });
  });

  it('tells a person who said no what happened, and lets them try again by the same link', async () => {
    const session = await open((await service()).id);
    const url = await consent(session.url, 'deny');
    expect(new URL(url).searchParams.get('error')).toBe('access_denied');
    const page = await fetch(url);
    expect(page.status).toBe(400);
    const text = await page.text();
    expect(text).toContain('permission was not given');
    expect(text).toContain(session.url);
    expect(await outcomeOf(session)).toMatchObject({ status: 'failed', error: { code: 'access_denied' } });
    expect((await fetch(await consent(session.url))).status).toBe(200);
    expect(await outcomeOf(session)).toMatchObject({ status: 'complete', error: null });
  });

  it('refuses a doubled parameter', async () => {
    const session = await open((await service()).id);
    const url = await consent(session.url);
    expect((await fetch(`${url}&code=another`)).status).toBe(400);
    expect(await outcomeOf(session)).toMatchObject({
      status: 'failed',
      error: { code: 'malformed_callback' },
    });
  });

  it('fails the session when the provider refuses the code', async () => {
    const session = await open((await service()).id);
    const url = new URL(await consent(session.url));
    url.searchParams.set('code', 'forged');
    const page = await fetch(url);
    expect(page.status).toBe(400);
    expect(await page.text()).not.toContain('forged');
    expect(await outcomeOf(session)).toMatchObject({ status: 'failed', error: { code: 'invalid_grant' } });
  });
});

describe('bad input', () => {
  const raw = (
    method: string,
    path: string,
    init: { body?: string; headers?: Record<string, string> } = {},
  ) =>
    fetch(product.url + path, {
      method,
      ...init,
      headers: {
        authorization: `Bearer ${product.key}`,
        'content-type': 'application/json',
        ...init.headers,
      },
    });

  it.each([
    ['no key', { authorization: '' }],
    ['a key of nobody', { authorization: `Bearer lk_${'0'.repeat(26)}_${'0'.repeat(26)}_${'0'.repeat(52)}` }],
    ['another scheme', { authorization: 'Basic abc' }],
  ])('answers 401 to %s', async (_, headers) => {
    const answer = await raw('GET', '/v1/workspaces', { headers });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ error: { code: 'unauthenticated' } });
  });

  it.each([
    ['{', 400],
    ['[]', 422],
    ['null', 422],
    ['"text"', 422],
    ['', 422],
    ['{"name": 7, "kind": "shared"}', 422],
    ['{"name": "x", "kind": "shared", "more": 1}', 422],
    [`{"name": "${'x'.repeat(500)}", "kind": "shared"}`, 422],
    ['{"__proto__": {"kind": "shared"}}', 422],
    ['\u0000', 400],
  ])('answers the body %j with %i in the shape of errors', async (body, status) => {
    const answer = await raw('POST', '/v1/workspaces', { body });
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({
      error: { code: expect.any(String), message: expect.any(String), details: expect.any(Array) },
    });
  });

  it('names the path of each wrong field of a definition', async () => {
    const answer = await raw('POST', `/v1/workspaces/${workspaceId}/services`, {
      body: JSON.stringify({
        name: '',
        baseUrl: 'ftp://x',
        auth: { type: 'oauth2', grant: 'authorization_code', tokenUrl: 7 },
      }),
    });
    expect(answer.status).toBe(422);
    const { error } = (await answer.json()) as { error: { details: { path: string }[] } };
    const paths = error.details.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining([
        'body.name',
        'body.baseUrl',
        'body.auth.authorizationUrl',
        'body.auth.tokenUrl',
        'body.auth.clientId',
      ]),
    );
  });

  it('answers 400 to a malformed id and 404 to one of nothing', async () => {
    expect((await raw('GET', '/v1/workspaces/nonsense/auths')).status).toBe(400);
    expect((await raw('GET', '/v1/workspaces/%FF/auths')).status).toBe(400);
    expect((await raw('GET', `/v1/workspaces/ws_${'0'.repeat(26)}/auths`)).status).toBe(404);
    expect((await raw('GET', authPath(`auth_${'0'.repeat(26)}`))).status).toBe(404);
    expect((await raw('GET', `/v1/proxy/auth_${'0'.repeat(26)}/me`)).status).toBe(404);
  });

  it('points to services and generic auths when a service does not exist (R2)', async () => {
    const answer = await raw('POST', sessions(), {
      body: JSON.stringify({ serviceId: `svc_${'0'.repeat(26)}` }),
    });
    expect(answer.status).toBe(404);
    expect(JSON.stringify(await answer.json())).toContain('generic auth');
  });

  it('answers 404 and 405 to paths and methods that there are not', async () => {
    expect((await raw('GET', '/v2/nothing')).status).toBe(404);
    const answer = await raw('PATCH', '/v1/keys');
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toContain('POST');
  });

  it('keeps credentials below the base URL of the service', async () => {
    const { authId } = await connectDemo(product, workspaceId);
    const answer = await raw('GET', `/v1/proxy/${authId}/..%5c..%5c`);
    expect(answer.status).toBeLessThan(500);
    expect((await raw('GET', `/v1/proxy/${authId}//example.com/x`)).status).not.toBe(200);
  });
});

describe('the document of the API', () => {
  it('lists every route, for anyone', async () => {
    const answer = await fetch(`${product.url}/openapi.json`);
    const document = (await answer.json()) as { openapi: string; paths: object };
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining([
        '/v1/workspaces',
        '/v1/proxy/{authId}/{path}',
        '/oauth/callback',
        '/v1/umbrellas/{umbrellaId}/verification',
      ]),
    );
  });
});
