import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { provide } from '#shared/deps.ts';
import { firstKey } from '#shared/domain/deployment/found.ts';
import { memberships } from '#shared/domain/members/membership.ts';
import type { WorkspaceRole } from '#shared/permissions.ts';
import { routes } from '#functions/routes.ts';
import { startGateway } from '../../local/gateway.ts';
import { handler as keys } from '#functions/keys/lambda.ts';
import { handler as proxy } from '#functions/proxy/lambda.ts';
import { handler as services } from '#functions/services/lambda.ts';
import { handler as umbrellas } from '#functions/umbrellas/lambda.ts';
import { handler as workspaces } from '#functions/workspaces/lambda.ts';
import { call, type Sent } from '../support/api.ts';
import { world, type World } from '../support/deps.ts';
import { signedToken, signingKey, startIssuer, type Issuer, type SigningKey } from '../support/issuer.ts';
import { keyedAuth, sharedWorkspace, tokenDocument, tokenService, umbrella } from '../support/nouns.ts';
import { capturedOutput } from '../support/output.ts';
import { claimsAt, person, withPeople } from '../support/people.ts';
import { answer } from '../support/watched.ts';

const page = 'https://app.acme.example';
const stranger = 'https://evil.example';

let issuer: Issuer;
let signing: SigningKey;
let w: World;
let key = '';
let output: ReturnType<typeof capturedOutput>;

beforeAll(async () => {
  output = capturedOutput();
  issuer = await startIssuer();
  signing = await signingKey('k1');
  issuer.state.keys = [signing.jwk];
});
afterAll(async () => {
  output.stop();
  await issuer.stop();
});
beforeEach(async () => {
  w = await world();
  provide(withPeople(w, issuer, { corsOrigins: [page] }));
  key = (await firstKey(w.deps, w.organizationId)).reveal();
});

const tokenOf = (sub: string, parts = {}) => signedToken(signing, claimsAt(w, issuer, { sub, ...parts }));
const as = (text: string, headers: Readonly<Record<string, string>> = {}) => ({
  authorization: `Bearer ${text}`,
  ...headers,
});
const joins = (userId: string, workspaceId: string, role: WorkspaceRole) =>
  w.deps.store.insert(memberships, {
    organizationId: w.organizationId,
    workspaceId,
    userId,
    role,
    version: 1,
    createdAt: w.clock.now(),
    revision: 0,
  });

describe('R56 a person’s token', () => {
  it.each([
    ['viewer', 200, 403],
    ['contributor', 200, 201],
    ['admin', 200, 201],
  ] as const)(
    'of a workspace’s %s reads services with %i and makes them with %i',
    async (role, reads, makes) => {
      const { id: workspaceId } = await sharedWorkspace(w);
      await person(w, 'ann', 'member');
      await joins('ann', workspaceId, role);
      const headers = as(await tokenOf('ann'));
      const path = `/v1/workspaces/${workspaceId}/services`;
      expect((await call(services, { method: 'GET', path, headers })).status).toBe(reads);
      expect((await call(services, { method: 'POST', path, headers, body: tokenDocument() })).status).toBe(
        makes,
      );
      const other = `/v1/workspaces/${w.workspaceId}/services`;
      expect((await call(services, { method: 'GET', path: other, headers })).status).toBe(404);
      expect((await call(keys, { method: 'GET', path: '/v1/keys', headers })).status).toBe(403);
    },
  );

  it('R8 tells under an umbrella of the services of no workspace that its bearer is not of', async () => {
    const { id: umbrellaId } = await umbrella(w);
    const [team, other] = [await sharedWorkspace(w), await sharedWorkspace(w, 'Other')];
    const [seen, hidden] = await Promise.all(
      [team, other].map(({ id }) => tokenService({ ...w, workspaceId: id }, tokenDocument({ umbrellaId }))),
    );
    await person(w, 'ann', 'member');
    await person(w, 'boss', 'admin');
    await joins('ann', team.id, 'viewer');
    const path = `/v1/umbrellas/${umbrellaId}/services`;
    const under = async (sub: string) => {
      const { json } = await call(umbrellas, { method: 'GET', path, headers: as(await tokenOf(sub)) });
      return (json['items'] as { serviceId: string }[]).map(({ serviceId }) => serviceId);
    };
    expect(await under('ann')).toEqual([seen!.id]);
    expect(await under('boss')).toEqual([seen!.id, hidden!.id].toSorted());
  });

  it('of an organization’s admin manages keys, up to its own role', async () => {
    await person(w, 'boss', 'admin');
    const headers = as(await tokenOf('boss'));
    const make = (role: string) =>
      call(keys, { method: 'POST', path: '/v1/keys', headers, body: { name: 'CI', role } });
    expect([(await make('admin')).status, (await make('owner')).status]).toEqual([201, 403]);
  });

  it('of somebody who is no member is refused with a word on what to do', async () => {
    const headers = as(await tokenOf('nobody'));
    const { status, error } = await call(workspaces, { method: 'GET', path: '/v1/workspaces', headers });
    expect([status, error.code]).toEqual([403, 'not_a_member']);
  });

  it('is no token where none are configured', async () => {
    provide(w.deps);
    await person(w, 'boss', 'admin');
    const headers = as(await tokenOf('boss'));
    const { status, headers: told } = await call(workspaces, {
      method: 'GET',
      path: '/v1/workspaces',
      headers,
    });
    expect(status).toBe(401);
    expect(told['www-authenticate']).toContain('error="invalid_token"');
  });

  it('never has another caller’s answer repeated to it, though its bearer is called as that caller', async () => {
    const keyId = `key_${key.split('_')[2] ?? ''}`;
    const sent = { method: 'POST', path: '/v1/keys', body: { name: 'CI', role: 'viewer' } };
    const first = await call(keys, { ...sent, headers: as(key, { 'idempotency-key': 'same' }) });
    await person(w, keyId, 'admin');
    const second = await call(keys, {
      ...sent,
      headers: as(await tokenOf(keyId), { 'idempotency-key': 'same' }),
    });
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.json['key']).not.toBe(first.json['key']);
  });
});

describe('R50 a server key', () => {
  it.each([page, stranger, 'null', ''])(
    'that a page of %j sends is refused, whatever it asks for',
    async (origin) => {
      const { status, error } = await call(keys, {
        method: 'GET',
        path: '/v1/keys',
        headers: as(key, { origin }),
      });
      expect([status, error.code]).toEqual([403, 'key_in_browser']);
      const bad = await call(keys, { method: 'GET', path: '/v1/keys', headers: as('lk_x', { origin }) });
      expect([bad.status, bad.error.code]).toEqual([403, 'key_in_browser']);
    },
  );

  it.each(
    routes
      .filter(({ route }) => route.needs !== 'nobody')
      .map(({ noun, route }) => [route.name, noun, route] as const),
  )('%s takes it from no page', async (_, noun, route) => {
    const { handler } = (await import(`#functions/${noun}/lambda.ts`)) as { handler: unknown };
    const path = route.path.replace(/\{\w+\+?\}/g, 'x');
    const method = route.method === 'ANY' ? 'POST' : route.method;
    const headers = as(key, { origin: page, 'sec-fetch-site': 'cross-site' });
    const { status, error } = await call(handler, { method, path, headers });
    expect([status, error.code]).toEqual([403, 'key_in_browser']);
  });

  it('that a page of the same origin sends, which then has no Origin, is refused', async () => {
    const headers = as(key, { 'sec-fetch-site': 'same-origin' });
    const refused = { status: 403, error: { code: 'key_in_browser' } };
    expect(await call(keys, { method: 'GET', path: '/v1/keys', headers })).toMatchObject(refused);
    const path = `/v1/proxy/auth_${'0'.repeat(26)}/me`;
    expect(await call(proxy, { method: 'GET', path, headers })).toMatchObject(refused);
  });

  it('that a page of a configured origin sends is refused on the proxy, too, by a browser that tells no more than that', async () => {
    provide({ ...w.deps, settings: { ...w.deps.settings, corsOrigins: [page] } });
    const { id } = await keyedAuth(w, await tokenService(w));
    const headers = as(key, { origin: page });
    const path = `/v1/proxy/${id}/me`;
    const refused = { status: 403, error: { code: 'key_in_browser' } };
    expect(await call(proxy, { method: 'GET', path, headers })).toMatchObject(refused);
    expect(w.http.requests).toEqual([]);
  });

  it('sends on an Origin that is meant for the service, from a backend and not from a page', async () => {
    provide({ ...w.deps, settings: { ...w.deps.settings, corsOrigins: [page] } });
    w.http.answers(() => answer(200, 'hello', [['access-control-allow-origin', '*']]));
    const { id } = await keyedAuth(w, await tokenService(w));
    const sent = (more = {}): Sent => ({
      method: 'GET',
      path: `/v1/proxy/${id}/me`,
      headers: as(key, { origin: stranger, ...more }),
    });
    const passed = await call(proxy, sent());
    expect(passed.status).toBe(200);
    // What the service says of CORS is for its own pages.
    expect(passed.headers['access-control-allow-origin']).toBeUndefined();
    expect((await call(proxy, sent({ 'sec-fetch-site': 'same-site' }))).error.code).toBe('key_in_browser');
  });
});

const asks = (origin: string): Sent => ({
  method: 'OPTIONS',
  path: '/v1/keys',
  headers: {
    origin,
    'access-control-request-method': 'GET',
    'access-control-request-headers': 'authorization',
  },
});

describe('a page of a configured origin', () => {
  it('may call with a person’s token and read the answer', async () => {
    await person(w, 'boss', 'admin');
    const preflight = await call(keys, asks(page));
    expect([preflight.status, preflight.text]).toEqual([204, '']);
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': page,
      'access-control-allow-headers': expect.stringContaining('authorization'),
      'access-control-allow-methods': expect.stringContaining('DELETE'),
    });
    expect(preflight.headers['access-control-allow-credentials']).toBeUndefined();
    const headers = as(await tokenOf('boss'), { origin: page });
    const read = await call(keys, { method: 'GET', path: '/v1/keys', headers });
    expect([read.status, read.headers['access-control-allow-origin'], read.headers['vary']]).toEqual([
      200,
      page,
      'origin',
    ]);
  });

  it('may read why it was refused', async () => {
    const { status, headers } = await call(keys, {
      method: 'GET',
      path: '/v1/keys',
      headers: { origin: page },
    });
    expect([status, headers['access-control-allow-origin']]).toEqual([401, page]);
  });

  it.each([
    stranger,
    `${page}.evil.example`,
    `${page}:444`,
    'http://app.acme.example',
    `${page}/`,
    'null',
    page.toUpperCase(),
    '*',
  ])('is not one of %j, to which nothing is allowed', async (origin) => {
    await person(w, 'boss', 'admin');
    const preflight = await call(keys, asks(origin));
    const read = await call(keys, {
      method: 'GET',
      path: '/v1/keys',
      headers: as(await tokenOf('boss'), { origin }),
    });
    for (const { headers } of [preflight, read]) {
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
      expect(headers['vary']).toBe('origin');
    }
  });

  it('is answered the same by the local gateway, on every path', async () => {
    const handlers = new Map([['keys/lambda.ts', keys]]) as never;
    const gateway = await startGateway(0, {
      handlers,
      streamingProxy: null as never,
      local: () => Promise.resolve(false),
    });
    try {
      const { method, path, headers } = asks(page);
      const response = await fetch(`http://127.0.0.1:${gateway.port}${path}`, {
        method,
        headers: headers ?? {},
      });
      expect(response.status).toBe(204);
      expect(response.headers.get('access-control-allow-origin')).toBe(page);
    } finally {
      await gateway.stop();
    }
  });
});

describe('a page, where no origins are configured,', () => {
  it('is allowed nothing: what its browser asks before is answered as any call that no route takes', async () => {
    provide(withPeople(w, issuer));
    const { status, headers } = await call(keys, asks(page));
    expect(status).toBe(405);
    expect(Object.keys(headers).filter((name) => /^access-control-|^vary$/.test(name))).toEqual([]);
  });
});
