import { beforeEach, describe, expect, it } from '@jest/globals';
import { auths, authsWith, credentialRef } from '#shared/domain/auths/auth.ts';
import { freshCredential } from '#shared/domain/auths/fresh-credential.ts';
import { completeConnect } from '#shared/domain/connect/complete.ts';
import { proxyCall } from '#shared/domain/proxy/call.ts';
import { applyEdit } from '#shared/domain/services/apply-edit.ts';
import type { Service } from '#shared/domain/services/service.ts';
import type { Deps } from '#shared/ports.ts';
import { hour, otherProcess, passing, told, world, type World } from '../../../support/deps.ts';
import {
  actor,
  authNow,
  callback,
  connectedAuth,
  countingTokens,
  keyedAuth,
  makeAuth,
  oauth2Document,
  oauth2Service,
  opened,
  redirectUri,
  tokenDocument,
  tokenService,
  tokenUrl,
} from '../../../support/nouns.ts';
import {
  clientDocument,
  edited,
  loginDocument,
  loginUrl,
  passwordDocument,
  serviceOf,
} from '../../../support/types.ts';
import { answer, jsonAnswer } from '../../../support/watched.ts';

let w: World;
let tokens: ReturnType<typeof countingTokens>;
beforeEach(async () => {
  w = await world();
  tokens = countingTokens();
  w.http.answers(({ url }) => {
    if (url === tokenUrl) return tokens();
    return url === loginUrl ? jsonAnswer(200, { access_token: 'session-1' }) : answer(200);
  });
});

const apply = (service: Pick<Service, 'id'>, deps: Deps = w.deps) =>
  applyEdit(deps, { organizationId: w.organizationId, serviceId: service.id });
const over = { state: 'needs_reconnect', cause: 'service_changed' };
const ref = (authId: string) => ({ organizationId: w.organizationId, authId });
const call = (authId: string, deps: Deps = w.deps) =>
  proxyCall(deps, {
    actor: actor(w),
    authId,
    method: 'GET',
    path: '/me',
    query: '',
    headers: [],
    body: undefined,
  });

describe('an edit of a service of consents', () => {
  it.each<[string, Record<string, unknown>]>([
    ['another client', { auth: { clientId: 'another' } }],
    ['another host of the token endpoint', { auth: { tokenUrl: 'https://other.example/oauth/token' } }],
    ['another grant', clientDocument()],
    ['another type', tokenDocument()],
    ['a field that is needed and that nobody gave', { fields: [{ key: 'region' }] }],
    ['other places in the answer', { auth: { tokenResponse: { accessToken: 'data.token' } } }],
  ])('to %s ends its auths, each told once however often the edit is applied (R13)', async (_, parts) => {
    const service = await oauth2Service(w);
    const ids = [(await connectedAuth(w, service)).id, (await connectedAuth(w, service)).id];
    await edited(w, service, 'baseUrl' in parts ? parts : oauth2Document(parts));
    await apply(service);
    await apply(service);
    for (const id of ids) expect(await authNow(w, id)).toMatchObject(over);
    expect(told(w, 'auth.needs_reconnect')).toHaveLength(2);
  });

  it.each<[string, Record<string, unknown>]>([
    ['another name', { name: 'Other' }],
    ['a new secret', { auth: { clientSecret: 'new' } }],
    ['more scopes', { auth: { scopes: ['read', 'write'] } }],
    ['another path of the token endpoint', { auth: { tokenUrl: 'https://acme.example/v2/token' } }],
    ['another authorization endpoint', { auth: { authorizationUrl: 'https://login.acme.example/' } }],
    ['another base URL', { baseUrl: 'https://api2.acme.example' }],
    ['an optional field', { fields: [{ key: 'region', required: false }] }],
    ['a field with a default', { fields: [{ key: 'region', default: 'eu' }] }],
    [
      'another environment',
      { environments: { sandbox: { auth: { clientId: 'other', clientSecret: 's' } } } },
    ],
  ])('to %s lets its auths live, and they renew', async (_, parts) => {
    const service = await oauth2Service(w);
    const { id } = await connectedAuth(w, service);
    await edited(w, service, oauth2Document(parts));
    await apply(service);
    expect((await authNow(w, id)).state).toBe('active');
    w.http.answers(countingTokens());
    await w.clock.advance(hour);
    expect((await freshCredential(w.deps, ref(id))).state).toBe('active');
    expect(told(w, 'auth.needs_reconnect')).toEqual([]);
  });

  it('ends the auths of an environment that is gone, and no others', async () => {
    const environments = { sandbox: { auth: { clientId: 'other', clientSecret: 's' } } };
    const service = await oauth2Service(w, { environments });
    const inProduction = await connectedAuth(w, service);
    const sandbox = await makeAuth(w, {
      serviceId: service.id,
      environment: 'sandbox',
      credential: { accessToken: 'a', refreshToken: 'r' },
    });
    await edited(w, service, oauth2Document());
    await apply(service);
    expect((await authNow(w, inProduction.id)).state).toBe('active');
    expect(await authNow(w, sandbox.id)).toMatchObject(over);
    await expect(call(sandbox.id)).rejects.toMatchObject({ status: 409, code: 'needs_reconnect' });
  });

  it('ends those of the environment whose application it changes', async () => {
    const others = (clientId: string) => ({
      environments: { sandbox: { auth: { clientId, clientSecret: 's' } } },
    });
    const service = await oauth2Service(w, others('one'));
    const imported = { serviceId: service.id, credential: { accessToken: 'a' } };
    const here = await makeAuth(w, imported);
    const there = await makeAuth(w, { ...imported, environment: 'sandbox' });
    await edited(w, service, oauth2Document(others('two')));
    await apply(service);
    expect([(await authNow(w, here.id)).state, (await authNow(w, there.id)).state]).toEqual([
      'active',
      'needs_reconnect',
    ]);
  });

  it('judges an auth as it is now, not as an old list has it', async () => {
    const service = await oauth2Service(w);
    const { id } = await connectedAuth(w, service);
    await edited(w, service, oauth2Document({ name: 'Other' }));
    const stale = await w.deps.store.list(auths, {
      ...authsWith(w.organizationId, service.id),
      limit: 10,
    });
    for (let round = 0; round < 3; round += 1) {
      await w.clock.advance(hour);
      await freshCredential(w.deps, ref(id));
    }
    const late = otherProcess(w.deps, {
      store: { ...w.deps.store, list: () => Promise.resolve(stale) as never },
    });
    await apply(service, late);
    expect((await authNow(w, id)).state).toBe('active');
  });

  it('ends no auth because a vault does not find its credential, and is tried again', async () => {
    const service = await oauth2Service(w);
    const { id } = await connectedAuth(w, service);
    await edited(w, service, oauth2Document({ name: 'Other' }));
    const late = otherProcess(w.deps, { vault: { ...w.deps.vault, get: () => Promise.resolve(undefined) } });
    await expect(apply(service, late)).rejects.toMatchObject({
      errors: [{ message: 'The vault does not find the credential of an auth.' }],
    });
    expect((await authNow(w, id)).state).toBe('active');
  });

  it('that comes while a token is renewed ends the auth all the same, and the renewal does not bring it back', async () => {
    const service = await oauth2Service(w);
    const { id } = await connectedAuth(w, service);
    await w.clock.advance(hour);
    let finish = (): void => undefined;
    const waiting = new Promise<void>((resolve) => (finish = resolve));
    w.http.answers(async () => {
      await waiting;
      return tokens();
    });
    const renewal = freshCredential(w.deps, ref(id)).catch((error: unknown) => error);
    await edited(w, service, oauth2Document({ auth: { clientId: 'another' } }));
    await apply(service);
    finish();
    await passing(w.clock, renewal);
    expect(await authNow(w, id)).toMatchObject(over);
    expect(told(w, 'auth.needs_reconnect')).toHaveLength(1);
  });

  it('that comes while a person consents ends the auth that comes of it', async () => {
    const service = await oauth2Service(w);
    const { state } = await opened(w, { serviceId: service.id });
    w.http.answers(async () => {
      await edited(w, service, oauth2Document({ auth: { clientId: 'another' } }));
      await apply(service);
      return tokens();
    });
    const done = await completeConnect(w.deps, { query: callback(state), redirectUri });
    if (done.kind !== 'concluded') throw new Error(done.kind);
    expect(await authNow(w, done.session.authId)).toMatchObject(over);
    expect(told(w, 'auth.needs_reconnect')).toHaveLength(1);
  });

  it('leaves auths alone that are over for another reason', async () => {
    const service = await oauth2Service(w);
    const { id } = await connectedAuth(w, service);
    w.http.answers(() => jsonAnswer(400, { error: 'invalid_grant' }));
    await w.clock.advance(hour);
    await freshCredential(w.deps, ref(id)).catch(() => undefined);
    await edited(w, service, oauth2Document({ auth: { clientId: 'another' } }));
    await apply(service);
    expect(await authNow(w, id)).toMatchObject({ state: 'needs_reconnect', cause: 'revoked' });
    expect(told(w, 'auth.needs_reconnect')).toHaveLength(1);
  });

  it('judges all auths although one cannot be judged, and is tried again for that one', async () => {
    const service = await oauth2Service(w);
    const made = [];
    for (let count = 0; count < 3; count += 1) made.push(await connectedAuth(w, service));
    const [first, ...others] = made.toSorted((one, other) => (one.id < other.id ? -1 : 1));
    await w.deps.vault.remove(credentialRef(first!));
    await edited(w, service, oauth2Document({ fields: [{ key: 'tenant' }] }));
    await expect(apply(service)).rejects.toBeInstanceOf(AggregateError);
    const states = async (of: readonly { id: string }[]) =>
      Promise.all(of.map(async ({ id }) => (await authNow(w, id)).state));
    expect(await states(others)).toEqual(['needs_reconnect', 'needs_reconnect']);
    expect(await states([first!])).toEqual(['active']);
  });
});

describe('an edit of a service that asks anew with what the person gave', () => {
  it.each<[string, Record<string, unknown>, Record<string, unknown>, Record<string, string>]>([
    ['client credentials', clientDocument(), clientDocument({ clientId: 'another' }), {}],
    [
      'client credentials',
      clientDocument(),
      clientDocument({ tokenUrl: 'https://other.example/oauth/token' }),
      {},
    ],
    [
      'password',
      passwordDocument(),
      passwordDocument({ clientId: 'another' }),
      { username: 'u', password: 'p' },
    ],
  ])('of %s lets its auths live', async (_, before, after, fields) => {
    const service = await serviceOf(w, before);
    const { id } = await makeAuth(w, { serviceId: service.id, fields });
    await edited(w, service, after);
    await apply(service);
    expect((await authNow(w, id)).state).toBe('active');
  });

  it('to other places in the answer has the credential asked for anew, and the auth lives on', async () => {
    const service = await serviceOf(w, loginDocument());
    const { id } = await makeAuth(w, { serviceId: service.id, fields: { user: 'u', password: 'p' } });
    w.http.answers(({ url }) =>
      url === loginUrl ? jsonAnswer(200, { data: { token: 'session-2' } }) : answer(200),
    );
    await edited(w, service, loginDocument({ tokenResponse: { accessToken: 'data.other' } }));
    await edited(w, service, loginDocument({ tokenResponse: { accessToken: 'data.token' } }));
    await apply(service);
    expect(await authNow(w, id)).toMatchObject({ state: 'active', refreshAt: w.clock.now() });
    await freshCredential(w.deps, ref(id), { ahead: true });
    await call(id);
    expect(w.http.requests.at(-1)?.headers).toContainEqual(['x-session', 'session-2']);
  });

  it('answers 503 at the proxy until it has been asked for anew, and never ends the auth for that', async () => {
    const service = await serviceOf(w, loginDocument());
    const { id } = await makeAuth(w, { serviceId: service.id, fields: { user: 'u', password: 'p' } });
    w.http.answers(() => jsonAnswer(200, { data: { token: 'session-2' } }));
    await edited(w, service, loginDocument({ tokenResponse: { accessToken: 'nowhere.token' } }));
    await edited(w, service, loginDocument({ tokenResponse: { accessToken: 'data.gone' } }));
    await expect(call(id)).rejects.toMatchObject({ status: 503, code: 'refresh_under_way' });
    await freshCredential(w.deps, ref(id), { ahead: true }).catch(() => undefined);
    const failing = await authNow(w, id);
    expect(failing).toMatchObject({ state: 'failing', failure: { code: 'unreadable_answer' } });
    await expect(call(id)).rejects.toMatchObject({ status: 503 });
    expect((await authNow(w, id)).refreshAt).toBe(failing.refreshAt);
  });

  it('to another type ends them', async () => {
    const service = await serviceOf(w, loginDocument());
    const { id } = await makeAuth(w, { serviceId: service.id, fields: { user: 'u', password: 'p' } });
    await edited(w, service, tokenDocument());
    await apply(service);
    expect(await authNow(w, id)).toMatchObject(over);
  });
});

describe('an edit of a token service', () => {
  it('to another place for the token lets its auths live', async () => {
    const service = await tokenService(w);
    const { id } = await keyedAuth(w, service);
    await edited(w, service, tokenDocument({ apply: [{ name: 'key', value: '{{api_key}}' }] }));
    await apply(service);
    await w.clock.advance(5001);
    await call(id);
    expect(w.http.requests.at(-1)?.url).toBe('https://api.keyed.example/me?key=the-api-key');
  });

  it('to a field more that is needed ends them, and the same again without it does not bring them back', async () => {
    const service = await tokenService(w);
    const { id } = await keyedAuth(w, service);
    await edited(w, service, tokenDocument({ fields: [{ key: 'api_key' }, { key: 'region' }] }));
    await apply(service);
    expect(await authNow(w, id)).toMatchObject(over);
    await edited(w, service, tokenDocument());
    await apply(service);
    expect(await authNow(w, id)).toMatchObject(over);
  });
});

describe('a proxied call', () => {
  it('whose credential the vault does not find just now ends nothing', async () => {
    const { id } = await connectedAuth(w, await oauth2Service(w));
    const late = otherProcess(w.deps, {
      vault: {
        ...w.deps.vault,
        get: (at, version) =>
          at.kind === 'auth' ? Promise.resolve(undefined) : w.deps.vault.get(at, version),
      },
    });
    await expect(call(id, late)).rejects.toMatchObject({ status: 503, code: 'credential_unavailable' });
    expect((await authNow(w, id)).state).toBe('active');
    expect((await call(id)).status).toBe(200);
  });
});
