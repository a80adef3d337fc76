import { beforeEach, describe, expect, it } from '@jest/globals';
import { type Auth } from '#shared/domain/auths/auth.ts';
import { showAuth } from '#shared/domain/auths/view.ts';
import { removeAuth } from '#shared/domain/auths/remove.ts';
import { updateAuth } from '#shared/domain/auths/update.ts';
import { startConnect } from '#shared/domain/connect/start.ts';
import { authsWith, auths } from '#shared/domain/auths/auth.ts';
import { planDeliveries } from '#shared/domain/subscriptions/plan-deliveries.ts';
import { createSubscription } from '#shared/domain/subscriptions/create.ts';
import { deliver } from '#shared/domain/subscriptions/deliver.ts';
import { NewSubscription } from '#shared/domain/subscriptions/subscription.ts';
import { proxyCall } from '#shared/domain/proxy/call.ts';
import { recentService } from '#shared/domain/services/current.ts';
import { told, world, type World } from '../../../support/deps.ts';
import { actor, makeAuth, tokenService } from '../../../support/nouns.ts';
import { answer } from '../../../support/watched.ts';

let w: World;
beforeEach(async () => {
  w = await world();
  w.http.answers(() => answer(200));
});

const described = (parts: Record<string, unknown> = {}) => ({
  generic: {
    baseUrl: 'https://api.plain.example/v1',
    fields: { k: 'planted-key' },
    apply: [{ name: 'k', value: '{{k}}' }],
    ...parts,
  },
});
const make = (parts?: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  makeAuth(w, { ...described(parts), ...more });
const call = ({ id: authId }: Pick<Auth, 'id'>, path = '/items') =>
  proxyCall(w.deps, {
    actor: actor(w),
    authId,
    method: 'GET',
    path,
    query: 'page=2',
    headers: [],
    body: undefined,
  });
const last = () => w.http.requests.at(-1);

it('has its definition made once for the calls of some seconds', async () => {
  const one = await make();
  const other = await make({ baseUrl: 'https://other.plain.example' });
  const service = await recentService(w.deps, one);
  expect(await recentService(w.deps, structuredClone(one))).toBe(service);
  expect((await recentService(w.deps, other)).definition.baseUrl).toBe('https://other.plain.example');
});

describe('a generic auth', () => {
  it('is made in one call without a service, and put on calls (R1, R29)', async () => {
    const auth = await make();
    await call(auth);
    expect(last()?.url).toBe('https://api.plain.example/v1/items?page=2&k=planted-key');
    expect(showAuth(auth, null)).toMatchObject({
      serviceId: null,
      state: 'active',
      generic: { baseUrl: 'https://api.plain.example/v1' },
    });
  });

  it.each<[string, object, readonly [string, string]]>([
    ['a header', { in: 'header', name: 'X-Key', value: 'Key {{k}}' }, ['x-key', 'Key planted-key']],
    ['a cookie', { in: 'cookie', name: 'key', value: '{{k}}' }, ['cookie', 'key=planted-key']],
    [
      'basic',
      { in: 'basic', value: '{{k}}:x' },
      ['authorization', `Basic ${Buffer.from('planted-key:x').toString('base64')}`],
    ],
  ])('goes into %s where that is said', async (_, rule, header) => {
    await call(await make({ apply: [rule] }));
    expect(last()?.headers.map(([name, value]) => [name.toLowerCase(), value])).toContainEqual([...header]);
  });

  it('is renamed and deleted as others are, and leaves nothing', async () => {
    const auth = await make();
    const where = { organizationId: w.organizationId, workspaceId: w.workspaceId, authId: auth.id };
    const edited = await updateAuth(w.deps, { ...where, edit: { name: 'Other' }, ifMatch: undefined });
    expect(edited.name).toBe('Other');
    await removeAuth(w.deps, { ...where, ifMatch: undefined });
    expect(w.vault.paths().filter((path) => path.startsWith('auth/'))).toEqual([]);
    await expect(call(auth)).rejects.toMatchObject({ status: 404 });
  });

  it('tells its events with serviceId null, and stands under no service', async () => {
    const service = await tokenService(w);
    const auth = await make();
    const connected = w.bus.events.find(({ type }) => type === 'auth.connected');
    expect(connected?.data).toMatchObject({ authId: auth.id, serviceId: null });
    const input = NewSubscription.parse({
      name: 'One',
      target: { type: 'webhook', url: 'https://hook.example' },
      events: ['auth.*'],
    });
    const { subscription } = await createSubscription(w.deps, { organizationId: w.organizationId, input });
    if (!connected) throw new Error('Nothing was told.');
    await planDeliveries(w.deps, connected);
    await deliver(w.deps, {
      organizationId: w.organizationId,
      subscriptionId: subscription.id,
      eventId: connected.id,
    });
    expect(JSON.parse(String(last()?.body))).toMatchObject({
      type: 'auth.connected',
      data: { authId: auth.id, serviceId: null },
    });
    const under = await w.deps.store.list(auths, { ...authsWith(w.organizationId, service.id), limit: 10 });
    expect(under.items).toEqual([]);
  });

  it('shows and stores none of its values', async () => {
    const auth = await make();
    expect(JSON.stringify(showAuth(auth, null))).not.toContain('planted');
    expect(w.store.dump()).not.toContain('planted');
    expect(JSON.stringify(w.bus.events)).not.toContain('planted');
  });

  it('cannot be renewed by a connect session', async () => {
    const service = await tokenService(w);
    const auth = await make();
    const started = startConnect(w.deps, { ...w, input: { serviceId: service.id, authId: auth.id } });
    await expect(started).rejects.toMatchObject({ status: 409, code: 'other_service' });
  });

  it.each<[string, Record<string, unknown>]>([
    ['a grant', { grant: 'password' }],
    ['a token URL', { tokenUrl: 'https://x.example' }],
    ['a token URL in another spelling', { token_url: 'https://x.example' }],
    ['a client secret among its fields', { fields: { k: 'x', client_secret: 'planted' } }],
    ['a refresh token among its fields', { fields: { k: 'x', refreshToken: 'planted' } }],
    ['OAuth 1 material', { fields: { k: 'x', oauth_token_secret: 'planted' } }],
    ['steps', { steps: [] }],
    ['such things deep inside', { auth: { more: [{ client_secret: 'planted' }] } }],
  ])('with %s is refused and pointed to services (R3)', async (_, parts) => {
    const refused = await make(parts).catch((error: unknown) => error);
    expect(refused).toMatchObject({ status: 422, code: 'generic_auth_unsupported' });
    expect((refused as Error).message).toContain('/services');
    expect(JSON.stringify(refused)).not.toContain('planted');
    expect(told(w, 'auth.')).toEqual([]);
  });

  it('with tokens from elsewhere is refused likewise', async () => {
    await expect(make({}, { credential: { accessToken: 'a' } })).rejects.toMatchObject({
      code: 'generic_auth_unsupported',
    });
  });

  it.each<[string, Record<string, unknown>, string, string]>([
    ['plain HTTP', { baseUrl: 'http://api.plain.example' }, 'invalid_auth', 'body.generic.baseUrl'],
    ['no base URL', { baseUrl: undefined }, 'invalid_request', 'body.generic.baseUrl'],
    ['a base URL that runs', { baseUrl: 'javascript:alert(1)' }, 'invalid_request', 'body.generic.baseUrl'],
    [
      'a password in its base URL',
      { baseUrl: 'https://u:p@x.example' },
      'invalid_request',
      'body.generic.baseUrl',
    ],
    ['nothing to apply', { apply: [] }, 'invalid_request', 'body.generic.apply'],
    [
      'a placeholder that nothing fills',
      { apply: [{ name: 'k', value: '{{other}}' }] },
      'invalid_auth',
      'body.generic.apply.0.value',
    ],
    [
      'a field that is named as a token',
      { fields: { access_token: 'x' } },
      'invalid_request',
      'body.generic.fields.access_token',
    ],
  ])('with %s is refused, the place named', async (_, parts, code, path) => {
    const refused = (await make(parts).catch((error: unknown) => error)) as { details: { path: string }[] };
    expect(refused).toMatchObject({ status: 422, code });
    expect(refused.details.map((detail) => detail.path)).toContain(path);
  });

  it('refuses fields beside the description, which nothing would use', async () => {
    await expect(make({}, { fields: { k: 'x' } })).rejects.toMatchObject({
      status: 422,
      details: [{ path: 'body.fields.k' }],
    });
  });

  it.each([
    'evil.example/#',
    'a@evil.example',
    'evil.example/',
    '//evil.example',
    'x.evil.example?',
    'a\\b',
    'a:443/',
  ])('cannot be moved to another host by its value %j', async (value) => {
    const parts = {
      baseUrl: 'https://{{k}}.plain.example',
      fields: { k: value },
      apply: [{ name: 'a', value: 'b' }],
    };
    const auth = await make(parts).catch(() => undefined);
    if (auth) await call(auth).catch(() => undefined);
    expect(
      w.http.requests
        .map(({ url }) => new URL(url).hostname)
        .filter((host) => !host.endsWith('.plain.example')),
    ).toEqual([]);
    expect(w.http.requests).toEqual([]);
  });

  it.each(['/../admin', '/%2e%2e/admin', '//evil.example/', '/..;/x'])(
    'is put on no call that leaves its base URL: %s',
    async (path) => {
      const auth = await make();
      const outcome = await call(auth, path).catch((error: unknown) => error);
      const sent = w.http.requests.map(({ url }) => url);
      expect(sent.every((url) => url.startsWith('https://api.plain.example/v1/'))).toBe(true);
      if (sent.length === 0) expect(outcome).toMatchObject({ status: 422, code: 'path_outside_service' });
    },
  );

  it('described deeper than anybody would is refused and exhausts nothing', async () => {
    let deep: unknown = {};
    for (let level = 0; level < 20_000; level += 1) deep = { a: deep };
    await expect(make({ more: deep })).rejects.toMatchObject({ status: 422 });
  });
});
