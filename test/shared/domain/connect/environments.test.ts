import { beforeEach, describe, expect, it } from '@jest/globals';
import { freshCredential } from '#shared/domain/auths/fresh-credential.ts';
import { completeConnect } from '#shared/domain/connect/complete.ts';
import { readSession } from '#shared/domain/connect/read.ts';
import { applyEdit } from '#shared/domain/services/apply-edit.ts';
import { proxyCall } from '#shared/domain/proxy/call.ts';
import type { Service } from '#shared/domain/services/service.ts';
import { hour, world, type World } from '../../../support/deps.ts';
import {
  actor,
  authNow,
  callback,
  countingTokens,
  makeAuth,
  oauth2Document,
  oauth2Service,
  opened,
  redirectUri,
  tokenUrl,
} from '../../../support/nouns.ts';
import { edited } from '../../../support/types.ts';
import { answer } from '../../../support/watched.ts';

const sandboxUri = `${redirectUri}/sandbox`;
const sandboxToken = 'https://sandbox.acme.example/token';
const sandbox = {
  baseUrl: 'https://sandbox.acme.example/v2',
  auth: {
    authorizationUrl: 'https://sandbox.acme.example/authorize',
    tokenUrl: sandboxToken,
    clientId: 'sandbox-client',
    clientSecret: 'sandbox-secret',
  },
};

let w: World;
let service: Service;
beforeEach(async () => {
  w = await world();
  const tokens = countingTokens();
  w.http.answers(({ url }) => (url === tokenUrl || url === sandboxToken ? tokens() : answer(200)));
  service = await oauth2Service(w, { environments: { sandbox } });
});

const begin = (input: Record<string, unknown> = {}) =>
  opened(w, { serviceId: service.id, environment: 'sandbox', ...input });
const complete = (state: string, at: string) =>
  completeConnect(w.deps, { query: callback(state), redirectUri: at });
const connect = async () => {
  const done = await complete((await begin()).state, sandboxUri);
  if (done.kind !== 'concluded') throw new Error(done.kind);
  return authNow(w, done.session.authId);
};

describe('a session of another environment', () => {
  it('goes to its own pages and comes back to a redirect URI of its own (R52)', async () => {
    const { provider } = await begin();
    expect(provider?.origin).toBe('https://sandbox.acme.example');
    expect(provider?.searchParams.get('redirect_uri')).toBe(sandboxUri);
    expect(provider?.searchParams.get('client_id')).toBe('sandbox-client');
  });

  it('exchanges the code with its own application, renews with it and calls its own base URL', async () => {
    const auth = await connect();
    expect(auth.environment).toBe('sandbox');
    await w.clock.advance(hour);
    await freshCredential(w.deps, { organizationId: w.organizationId, authId: auth.id });
    const call = {
      actor: actor(w),
      authId: auth.id,
      method: 'GET',
      path: '/me',
      query: '',
      headers: [],
      body: undefined,
    };
    await proxyCall(w.deps, call);
    const basic = `Basic ${Buffer.from('sandbox%2Dclient:sandbox%2Dsecret').toString('base64')}`;
    expect(w.http.to(sandboxToken)).toHaveLength(2);
    for (const { headers } of w.http.to(sandboxToken))
      expect(headers).toContainEqual(['authorization', basic]);
    expect(String(w.http.to(sandboxToken)[0]?.body)).toContain(encodeURIComponent(sandboxUri));
    expect(w.http.requests.at(-1)?.url).toBe('https://sandbox.acme.example/v2/me');
    expect(w.http.to(tokenUrl)).toEqual([]);
  });

  it.each([
    ['of production', redirectUri],
    ['of another environment', `${redirectUri}/staging`],
    ['that only begins like it', `${sandboxUri}/more`],
  ])('takes no callback %s, and nothing is used up by one', async (_, at) => {
    const { state, id } = await begin();
    expect(await complete(state, at)).toEqual({ kind: 'unknown_state' });
    expect(w.http.requests).toEqual([]);
    const where = { organizationId: w.organizationId, workspaceId: w.workspaceId, sessionId: id };
    expect((await readSession(w.deps, where)).status).toBe('pending');
    expect((await complete(state, sandboxUri)).kind).toBe('concluded');
  });

  it('gives production no callback of its own either', async () => {
    const { state } = await begin({ environment: 'production' });
    expect(await complete(state, sandboxUri)).toEqual({ kind: 'unknown_state' });
    expect((await complete(state, redirectUri)).kind).toBe('concluded');
  });

  it.each(['staging', 'constructor', 'toString'])('that there is not is refused: %s', async (environment) => {
    const refused = { status: 422, code: 'unknown_environment', details: [{ path: 'body.environment' }] };
    await expect(begin({ environment })).rejects.toMatchObject(refused);
    const made = makeAuth(w, {
      serviceId: service.id,
      environment: 'staging',
      credential: { accessToken: 'a' },
    });
    await expect(made).rejects.toMatchObject(refused);
    expect(w.vault.paths().filter((path) => path.startsWith('auth/'))).toEqual([]);
  });

  it('renews an auth in the environment that it belongs to, and in no other', async () => {
    const auth = await connect();
    const other = begin({ authId: auth.id, environment: 'production' });
    await expect(other).rejects.toMatchObject({ status: 409, code: 'other_environment' });
    const { provider, state } = await opened(w, { serviceId: service.id, authId: auth.id });
    expect(provider?.searchParams.get('client_id')).toBe('sandbox-client');
    await complete(state, sandboxUri);
    expect(await authNow(w, auth.id)).toMatchObject({ environment: 'sandbox', epoch: 2 });
  });

  it('fails when its environment is taken away meanwhile, and leaves nothing', async () => {
    const { state, id } = await begin();
    const tokens = countingTokens();
    w.http.answers(async () => {
      await edited(w, service, oauth2Document());
      return tokens();
    });
    const done = await complete(state, sandboxUri);
    expect(done).toMatchObject({
      kind: 'concluded',
      session: { status: 'failed', error: { code: 'service_deleted' } },
    });
    expect(w.vault.paths().filter((path) => path.startsWith('auth/'))).toEqual([]);
    const where = { organizationId: w.organizationId, workspaceId: w.workspaceId, sessionId: id };
    expect((await readSession(w.deps, where)).status).toBe('failed');
  });

  it('that fails so for a reconnect leaves the auth its credential until the edit ends it', async () => {
    const auth = await connect();
    const { state } = await opened(w, { serviceId: service.id, authId: auth.id });
    const tokens = countingTokens();
    w.http.answers(async () => {
      await edited(w, service, oauth2Document());
      return tokens();
    });
    await complete(state, sandboxUri);
    expect(await authNow(w, auth.id)).toMatchObject({ state: 'active', epoch: 1 });
    await applyEdit(w.deps, { organizationId: w.organizationId, serviceId: service.id });
    expect(await authNow(w, auth.id)).toMatchObject({ state: 'needs_reconnect', cause: 'service_changed' });
  });
});
