import { beforeEach, describe, expect, it } from '@jest/globals';
import { handler as authsHandler } from '#functions/auths/lambda.ts';
import { handler as organizationHandler } from '#functions/organization/lambda.ts';
import { provide } from '#shared/deps.ts';
import { handOut } from '#shared/domain/auths/hand-out.ts';
import { refreshNow } from '#shared/domain/auths/refresh-now.ts';
import { createKey } from '#shared/domain/keys/create.ts';
import { NewKey } from '#shared/domain/keys/key.ts';
import { may, permissions, keyRoles, type KeyRole } from '#shared/permissions.ts';
import { call, type Answered, type Sent } from '../../../support/api.ts';
import { hour, minute, world, type World } from '../../../support/deps.ts';
import {
  actor,
  authNow,
  connectedAuth,
  countingTokens,
  keyedAuth,
  makeAuth,
  oauth2Service,
  sharedWorkspace,
  tokenService,
  tokenUrl,
} from '../../../support/nouns.ts';
import { capturedOutput } from '../../../support/output.ts';
import { clientDocument, serviceOf } from '../../../support/types.ts';
import { jsonAnswer } from '../../../support/watched.ts';

let w: World;
beforeEach(async () => {
  w = await world();
  w.http.answers(countingTokens());
  provide(w.deps);
});

const oauth1 = (parts: object = {}) => ({
  name: 'Signed',
  baseUrl: 'https://api.signed.example',
  fields: [{ key: 'token' }, { key: 'pass', secret: true }],
  auth: {
    type: 'oauth1',
    grant: 'fixed_tokens',
    consumerKey: 'key',
    consumerSecret: 'consumer-secret',
    token: '{{token}}',
    tokenSecret: '{{pass}}',
    acknowledgeRisk: true,
    ...parts,
  },
});

const login = {
  name: 'Login',
  baseUrl: 'https://api.login.example',
  fields: [{ key: 'user' }, { key: 'pass', secret: true }],
  auth: {
    type: 'login',
    steps: [{ url: tokenUrl, json: { user: '{{user}}', pass: '{{pass}}' } }],
    tokenResponse: { expiresIn: 'expires_in' },
  },
};

const handed = async (authId: string) => {
  const { token, ...about } = await handOut(w.deps, {
    actor: actor(w),
    workspaceId: w.workspaceId,
    authId,
  });
  return { token: token.reveal(), ...about };
};
const inSeconds = (seconds: number) => new Date(w.clock.now() + seconds * 1000).toISOString();
const none = { status: 422, code: 'no_access_token' };
const told = () => w.bus.events.filter(({ type }) => type === 'auth.credential_read');

describe('handing out an access token', () => {
  it('gives the token with its type and end, and nothing that outlives it', async () => {
    const { id } = await connectedAuth(w, await oauth2Service(w));
    expect(await handed(id)).toEqual({ token: 'access-1', tokenType: 'Bearer', expiresAt: inSeconds(3600) });
  });

  it('never gives that of an end user, whatever was granted: builders see no values (R27)', async () => {
    const { id: serviceId } = await serviceOf(w, clientDocument());
    const { id } = await makeAuth(w, { serviceId, endUserId: 'customer-17' });
    await expect(handed(id)).rejects.toMatchObject({ ...none, message: expect.stringContaining('end user') });
    expect(told()).toEqual([]);
  });

  it('renews a token that is about to end first', async () => {
    const { id } = await connectedAuth(w, await oauth2Service(w));
    await w.clock.advance(hour - minute / 4);
    expect(await handed(id)).toEqual({ token: 'access-2', tokenType: 'Bearer', expiresAt: inSeconds(3600) });
  });

  it('says how the token is to be presented as the provider did, and nothing where it did not', async () => {
    const types = [
      ['bearer', 'Bearer'],
      ['MAC', 'MAC'],
      ['a\nb', null],
      [7, null],
    ] as const;
    const service = await oauth2Service(w);
    for (const [token_type, shown] of types) {
      w.http.answers(() => jsonAnswer(200, { access_token: 'a', refresh_token: 'r', token_type }));
      expect(await handed((await connectedAuth(w, service)).id)).toEqual({
        token: 'a',
        tokenType: shown,
        expiresAt: null,
      });
    }
  });

  it('works for what is issued from fields, logins and imported tokens alike', async () => {
    const issued = await makeAuth(w, { serviceId: (await serviceOf(w, clientDocument())).id });
    expect((await handed(issued.id)).token).toBe('access-1');
    const fields = { user: 'u', pass: 'p' };
    const loggedIn = await makeAuth(w, { serviceId: (await serviceOf(w, login)).id, fields });
    expect(await handed(loggedIn.id)).toMatchObject({ token: 'access-2', tokenType: null });
    const brought = await makeAuth(w, {
      serviceId: (await oauth2Service(w)).id,
      credential: { accessToken: 'brought', refreshToken: 'kept' },
    });
    expect(await handed(brought.id)).toEqual({ token: 'brought', tokenType: null, expiresAt: null });
  });

  it('refuses static keys and generic auths', async () => {
    const keyed = await keyedAuth(w, await tokenService(w));
    await expect(handed(keyed.id)).rejects.toMatchObject(none);
    const generic = await makeAuth(w, {
      generic: {
        baseUrl: 'https://api.generic.example',
        fields: { k: 'v' },
        apply: [{ in: 'header', name: 'x-key', value: '{{k}}' }],
      },
    });
    await expect(handed(generic.id)).rejects.toMatchObject(none);
    expect(told()).toEqual([]);
  });

  it('refuses what signs calls, whose token is worth nothing without secrets that stay here', async () => {
    const fields = { token: 't', pass: 'p' };
    const signed = await makeAuth(w, { serviceId: (await serviceOf(w, oauth1())).id, fields });
    await expect(handed(signed.id)).rejects.toMatchObject(none);
  });

  it('refuses a refresh token or a client secret that a definition shows as access token', async () => {
    const service = await oauth2Service(w);
    for (const access_token of ['the-refresh-token', 'client-secret']) {
      w.http.answers(() => jsonAnswer(200, { access_token, refresh_token: 'the-refresh-token' }));
      const { id } = await connectedAuth(w, service);
      await expect(handed(id)).rejects.toMatchObject(none);
    }
    expect(told()).toEqual([]);
  });

  it('leaves who was handed it in the history, without the token, and counts as a use', async () => {
    const { id } = await connectedAuth(w, await oauth2Service(w));
    await handed(id);
    const [event] = told();
    expect(event?.data).toMatchObject({
      authId: id,
      actorType: actor(w).type,
      actorId: actor(w).id,
      accessExpiresAt: inSeconds(3600),
    });
    expect(JSON.stringify(w.bus.events)).not.toContain('access-1');
    expect((await authNow(w, id)).usedAt).toBe(w.clock.now());
  });

  it('gives nothing where the line of the history cannot be written', async () => {
    const { id } = await connectedAuth(w, await oauth2Service(w));
    const store = { ...w.deps.store, replace: () => Promise.reject(new Error('down')) };
    const input = { actor: actor(w), workspaceId: w.workspaceId, authId: id };
    await expect(handOut({ ...w.deps, store }, input)).rejects.toThrow('down');
  });

  it('gives the token that the auth points to when the line is written', async () => {
    const { id } = await connectedAuth(w, await oauth2Service(w));
    const fetched = { times: 0 };
    const vault = {
      ...w.deps.vault,
      get: async (...args: Parameters<typeof w.deps.vault.get>) => {
        const value = await w.deps.vault.get(...args);
        fetched.times += 1;
        // Another process renews the token in the moment in which this one has read it.
        if (fetched.times === 1) await refreshNow({ ...w.deps }, { ...w, authId: id });
        return value;
      },
    };
    const input = { actor: actor(w), workspaceId: w.workspaceId, authId: id };
    expect((await handOut({ ...w.deps, vault }, input)).token.reveal()).toBe('access-2');
  });

  it('does not know the auth of another workspace, nor a dead one', async () => {
    const { id } = await connectedAuth(w, await oauth2Service(w));
    const other = await sharedWorkspace(w);
    const input = { actor: actor(w), workspaceId: other.id, authId: id };
    await expect(handOut(w.deps, input)).rejects.toMatchObject({ status: 404 });
    w.http.answers(() => jsonAnswer(400, { error: 'invalid_grant' }));
    await w.clock.advance(2 * hour);
    await expect(handed(id)).rejects.toMatchObject({ status: 409, code: 'needs_reconnect' });
    expect(told()).toEqual([]);
  });
});

const keyOf = async (role: KeyRole, workspaceId?: string): Promise<string> => {
  const input = NewKey.parse({ name: role, role, workspaceId });
  return (await createKey(w.deps, { by: actor(w), input })).text.reveal();
};
const quietly = async (handler: unknown, sent: Sent): Promise<Answered> => {
  const output = capturedOutput();
  try {
    return await call(handler, sent);
  } finally {
    output.stop();
  }
};
const as = (key: string) => ({ authorization: `Bearer ${key}` });
const grant = async (
  granted: readonly string[],
  by: KeyRole = 'admin',
  workspaceId?: string,
): Promise<Answered> =>
  quietly(organizationHandler, {
    method: 'PUT',
    path: '/v1/organization/credential-readers',
    headers: as(await keyOf(by, workspaceId)),
    body: { roles: granted },
  });
const asked = async (authId: string, role: KeyRole, workspaceId?: string): Promise<Answered> =>
  quietly(authsHandler, {
    method: 'POST',
    path: `/v1/workspaces/${w.workspaceId}/auths/${authId}/access-token`,
    headers: as(await keyOf(role, workspaceId)),
  });

describe('the permission credentials:read', () => {
  it('is held by no role, not even an owner, and granted by the organization alone', () => {
    for (const role of keyRoles) {
      expect(may(role, 'credentials:read')).toBe(false);
      expect(may(role, 'credentials:read', { grants: { 'credentials:read': [role] } })).toBe(true);
    }
    const others = permissions.filter((permission) => permission !== 'credentials:read');
    for (const permission of others)
      expect(may('viewer', permission, { grants: { 'credentials:read': ['viewer'] } })).toBe(
        may('viewer', permission),
      );
  });

  it('is answered with 403 until an admin grants it to the role, from the next call on, and again once it is taken back', async () => {
    const { id } = await connectedAuth(w, await oauth2Service(w));
    for (const role of keyRoles) {
      const { status, error } = await asked(id, role);
      expect({ role, status, code: error.code }).toEqual({ role, status: 403, code: 'forbidden' });
    }
    expect(await grant(['contributor'])).toMatchObject({ status: 200, json: { roles: ['contributor'] } });
    expect(await asked(id, 'contributor')).toMatchObject({
      status: 200,
      json: { accessToken: 'access-1', tokenType: 'Bearer' },
    });
    for (const role of ['viewer', 'admin', 'owner'] as const)
      expect((await asked(id, role)).status).toBe(403);
    await grant([]);
    expect((await asked(id, 'contributor')).status).toBe(403);
    expect(told()).toHaveLength(1);
  });

  it('reaches no further than the workspace of a key', async () => {
    const { id } = await connectedAuth(w, await oauth2Service(w));
    await grant(['contributor']);
    const other = await sharedWorkspace(w);
    expect((await asked(id, 'contributor', w.workspaceId)).status).toBe(200);
    expect((await asked(id, 'contributor', other.id)).status).toBe(404);
  });

  it('is answered with the token in an answer that nobody on the way may keep', async () => {
    const { id } = await connectedAuth(w, await oauth2Service(w));
    await grant(['admin']);
    expect((await asked(id, 'admin')).headers).toMatchObject({ 'cache-control': 'no-store' });
  });

  it('is granted by admins and owners of the organization, and by nobody else', async () => {
    expect((await grant(['admin'], 'owner')).status).toBe(200);
    for (const role of ['viewer', 'contributor'] as const)
      expect((await grant(['contributor'], role)).status).toBe(403);
    expect((await grant(['contributor'], 'admin', w.workspaceId)).status).toBe(403);
    const { json } = await quietly(organizationHandler, {
      method: 'GET',
      path: '/v1/organization/credential-readers',
      headers: as(await keyOf('admin')),
    });
    expect(json).toMatchObject({ roles: ['admin'], setAt: inSeconds(0), version: 2 });
    expect(String(json['setBy'])).toMatch(/^key_/);
  });

  it('is granted to no viewer, to no role twice and to none that there is not', async () => {
    for (const wrong of [['viewer'], ['admin', 'admin'], ['root'], 'admin'])
      expect((await grant(wrong as readonly string[])).status).toBe(422);
  });

  it('is granted over the version that was read', async () => {
    await grant(['admin']);
    const stale = await quietly(organizationHandler, {
      method: 'PUT',
      path: '/v1/organization/credential-readers',
      headers: { ...as(await keyOf('admin')), 'if-match': '"1"' },
      body: { roles: [] },
    });
    expect(stale.status).toBe(412);
  });
});
