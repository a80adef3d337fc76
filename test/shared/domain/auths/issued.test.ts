import { beforeEach, describe, expect, it } from '@jest/globals';
import { freshCredential } from '#shared/domain/auths/fresh-credential.ts';
import { createAuth } from '#shared/domain/auths/create.ts';
import { NewAuth } from '#shared/domain/auths/new-auth.ts';
import { once } from '#shared/domain/idempotency/once.ts';
import { proxyCall } from '#shared/domain/proxy/call.ts';
import type { Service } from '#shared/domain/services/service.ts';
import { EgressRefused, HttpFailure, type Deps, type IncomingResponse } from '#shared/ports.ts';
import { hour, minute, otherProcess, passing, told, world, type World } from '../../../support/deps.ts';
import { actor, authNow, countingTokens, makeAuth, tokenUrl } from '../../../support/nouns.ts';
import {
  clientDocument,
  loginDocument,
  loginUrl,
  ownClientDocument,
  passwordDocument,
  serviceOf,
} from '../../../support/types.ts';
import { answer, jsonAnswer } from '../../../support/watched.ts';

let w: World;
let tokens: () => IncomingResponse | Promise<IncomingResponse>;
let over: readonly string[];
beforeEach(async () => {
  w = await world();
  tokens = countingTokens();
  over = [];
  w.http.answers(({ url, headers }) => {
    if (url === tokenUrl || url === loginUrl) return tokens();
    return headers.some(([, value]) => over.includes(value)) ? answer(401) : answer(200);
  });
});

const asked = () => w.http.requests.filter(({ url }) => url === tokenUrl || url === loginUrl).length;
const credentials = () => w.vault.paths().filter((path) => path.startsWith('auth/'));
const ref = (authId: string) => ({ organizationId: w.organizationId, authId });
const call = (authId: string) =>
  proxyCall(w.deps, {
    actor: actor(w),
    authId,
    method: 'GET',
    path: '/me',
    query: '',
    headers: [],
    body: undefined,
  });

const types: [string, unknown, Record<string, string>, string, string][] = [
  ['client credentials', clientDocument(), {}, 'invalid_client', 'Bearer '],
  [
    "an auth's own client",
    ownClientDocument(),
    { client_id: 'c', client_secret: 's' },
    'invalid_client',
    'Bearer ',
  ],
  ['password', passwordDocument(), { username: 'u', password: 'p' }, 'invalid_grant', 'Bearer '],
  ['login', loginDocument(), { user: 'u', password: 'p' }, 'login_refused', ''],
];

describe.each(types)('an auth of %s', (_, document, fields, refusal, prefix) => {
  let service: Service;
  beforeEach(async () => {
    service = await serviceOf(w, document);
  });
  const make = (where: Pick<World, 'deps' | 'organizationId' | 'workspaceId'> = w) =>
    makeAuth(where, { serviceId: service.id, fields });

  it('is obtained when it is made, and its token used', async () => {
    const auth = await make();
    expect(auth).toMatchObject({ state: 'active', credential: { accessExpiresAt: w.clock.now() + hour } });
    await call(auth.id);
    expect(asked()).toBe(1);
    expect(w.http.requests.at(-1)?.headers.map(([, value]) => value)).toContain(`${prefix}access-1`);
    expect(w.store.dump()).not.toContain('access-1');
  });

  it('is not made when the provider refuses: 422 with its code, and nothing is left', async () => {
    tokens = () => jsonAnswer(401, { error: refusal, error_description: 'planted' });
    const refused = await make().catch((error: unknown) => error);
    expect(refused).toMatchObject({ status: 422, code: 'credential_refused' });
    expect((refused as Error).message).toContain(refusal);
    expect((refused as Error).message).not.toContain('planted');
    expect(credentials()).toEqual([]);
    expect(told(w, 'auth.')).toEqual([]);
  });

  it.each<[string, () => IncomingResponse | Promise<IncomingResponse>]>([
    ['is out of reach', () => Promise.reject(new HttpFailure('connect', false))],
    ['does not answer', () => Promise.reject(new HttpFailure('timeout', true))],
    ['stands at a refused address', () => Promise.reject(new EgressRefused('no'))],
    ['is busy', () => answer(503)],
    ['answers without a token', () => jsonAnswer(200, { ok: true })],
  ])('is not made when the provider %s: 502, and nothing is left', async (_why, broken) => {
    tokens = broken;
    await expect(make()).rejects.toMatchObject({ status: 502, code: 'provider_unavailable' });
    expect(credentials()).toEqual([]);
  });

  it('is not made when no vault takes the answer', async () => {
    const deps: Deps = otherProcess(w.deps, {
      vault: { ...w.deps.vault, put: () => Promise.reject(new Error('down')) },
    });
    await expect(passing(w.clock, make({ ...w, deps }))).rejects.toThrow('down');
    expect(told(w, 'auth.')).toEqual([]);
  });

  it('is renewed ahead of its end by asking again', async () => {
    const { id } = await make();
    await w.clock.advance(hour - minute);
    const renewed = await freshCredential(w.deps, ref(id), { ahead: true });
    expect(renewed).toMatchObject({ state: 'active', credential: { accessExpiresAt: w.clock.now() + hour } });
    await call(id);
    expect(asked()).toBe(2);
    expect(w.http.requests.at(-1)?.headers.map(([, value]) => value)).toContain(`${prefix}access-2`);
  });

  it('is asked for once more when the API says 401, once for all that hear it', async () => {
    const { id } = await make();
    await w.clock.advance(2 * minute);
    over = [`${prefix}access-1`];
    const answers = await Promise.all(Array.from({ length: 5 }, () => call(id)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(asked()).toBe(2);
  });

  it('survives an outcome that nobody knows: it is asked again, and no rotation is taken for lost', async () => {
    const { id } = await make();
    await w.clock.advance(2 * hour);
    tokens = () => Promise.reject(new HttpFailure('reset', true));
    await expect(freshCredential(w.deps, ref(id))).rejects.toMatchObject({ status: 502 });
    const failing = await authNow(w, id);
    expect([failing.state, failing.attempt]).toEqual(['failing', undefined]);
    tokens = countingTokens();
    await w.clock.advance(hour);
    expect((await freshCredential(w.deps, ref(id), { ahead: true })).state).toBe('active');
  });

  it('holds one credential more than it uses at the most', async () => {
    const { id } = await make();
    for (let round = 0; round < 4; round += 1) {
      await w.clock.advance(hour);
      await freshCredential(w.deps, ref(id));
    }
    expect(w.vault.versions(credentials()[0] ?? '')).toBe(2);
  });
});

describe('a refusal later on', () => {
  it.each<[string, unknown, Record<string, string>, number, object]>([
    ['password', passwordDocument(), { username: 'u', password: 'p' }, 400, { error: 'invalid_grant' }],
    [
      "an auth's own client",
      ownClientDocument(),
      { client_id: 'c', client_secret: 's' },
      401,
      { error: 'invalid_client' },
    ],
    ['login', loginDocument(), { user: 'u', password: 'p' }, 401, {}],
  ])(
    'of %s ends the auth, and no call reaches the provider any more',
    async (_, document, fields, status, body) => {
      const service = await serviceOf(w, document);
      const { id } = await makeAuth(w, { serviceId: service.id, fields });
      await w.clock.advance(2 * hour);
      tokens = () => jsonAnswer(status, body);
      await expect(call(id)).rejects.toMatchObject({ status: 409, code: 'needs_reconnect' });
      const count = w.http.requests.length;
      await expect(call(id)).rejects.toMatchObject({ status: 409 });
      expect(w.http.requests).toHaveLength(count);
      expect(told(w, 'auth.needs_reconnect')).toHaveLength(1);
      expect(told(w, 'service.client_rejected')).toEqual([]);
    },
  );

  it("of the service's own client ends no auth, and is told once of the service", async () => {
    const service = await serviceOf(w, clientDocument());
    const ids = [
      (await makeAuth(w, { serviceId: service.id })).id,
      (await makeAuth(w, { serviceId: service.id })).id,
    ];
    await w.clock.advance(2 * hour);
    tokens = () => jsonAnswer(401, { error: 'invalid_client' });
    for (const id of ids) await freshCredential(w.deps, ref(id)).catch(() => undefined);
    for (const id of ids) expect((await authNow(w, id)).state).toBe('failing');
    expect(told(w, 'service.client_rejected')).toHaveLength(1);
  });
});

describe('making an auth', () => {
  it('again with the same key asks the provider once', async () => {
    const service = await serviceOf(w, clientDocument());
    const input = NewAuth.parse({ serviceId: service.id, name: 'Main' });
    const make = () =>
      once(w.deps, {
        actor: actor(w),
        key: 'key-1',
        request: ['POST', '/auths'],
        act: async () => (await createAuth(w.deps, { ...w, input })).auth.id,
      });
    const first = await make();
    expect(await make()).toEqual({ answer: first.answer, repeated: true });
    expect(asked()).toBe(1);
  });

  it('that the provider refused may be tried again with the same key', async () => {
    const service = await serviceOf(w, clientDocument());
    const input = NewAuth.parse({ serviceId: service.id, name: 'Main' });
    const make = () =>
      once(w.deps, {
        actor: actor(w),
        key: 'key-1',
        request: ['POST', '/auths'],
        act: async () => (await createAuth(w.deps, { ...w, input })).auth.id,
      });
    tokens = () => jsonAnswer(401, { error: 'invalid_client' });
    await expect(make()).rejects.toMatchObject({ code: 'credential_refused' });
    tokens = countingTokens();
    expect((await make()).repeated).toBe(false);
  });

  it('whose fields make no request is refused, each placeholder named and no value', async () => {
    const service = await serviceOf(
      w,
      loginDocument(
        { steps: [{ method: 'POST', url: loginUrl, json: { user: '{{user}}', tenant: '{{tenant}}' } }] },
        { fields: [{ key: 'user' }, { key: 'tenant', required: false }] },
      ),
    );
    const refused = await makeAuth(w, { serviceId: service.id, fields: { user: 'planted' } }).catch(
      (error: unknown) => error,
    );
    expect(refused).toMatchObject({ status: 422, code: 'unusable_fields' });
    expect((refused as Error).message).toContain('tenant');
    expect((refused as Error).message).not.toContain('planted');
    expect(asked()).toBe(0);
    expect(credentials()).toEqual([]);
  });

  it('takes tokens from elsewhere, and asks anew when they end', async () => {
    const service = await serviceOf(w, clientDocument());
    const { id } = await makeAuth(w, {
      serviceId: service.id,
      credential: { accessToken: 'imported', expiresAt: new Date(w.clock.now() + hour).toISOString() },
    });
    expect(asked()).toBe(0);
    await w.clock.advance(hour);
    expect((await freshCredential(w.deps, ref(id))).state).toBe('active');
    expect(asked()).toBe(1);
  });
});

it('of a client whose id stands in its scopes is made, and tells them filled', async () => {
  const service = await serviceOf(w, clientDocument({ scopes: ['api://{{client_id}}/.default'] }));
  const auth = await makeAuth(w, { serviceId: service.id });
  expect(auth.scopes?.asked).toEqual(['api://robot/.default']);
});
