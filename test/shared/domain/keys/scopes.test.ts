import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { provide } from '#shared/deps.ts';
import { firstKey } from '#shared/domain/deployment/found.ts';
import { permissions } from '#shared/permissions.ts';
import { handler as keys } from '#functions/keys/lambda.ts';
import { handler as umbrellas } from '#functions/umbrellas/lambda.ts';
import { handler as workspaces } from '#functions/workspaces/lambda.ts';
import { call } from '../../../support/api.ts';
import { world, type World } from '../../../support/deps.ts';
import { tokenDocument, tokenService, umbrella } from '../../../support/nouns.ts';
import { capturedOutput } from '../../../support/output.ts';

let w: World;
let owner = '';
let output: ReturnType<typeof capturedOutput>;
beforeAll(() => {
  output = capturedOutput();
});
afterAll(() => output.stop());
beforeEach(async () => {
  w = await world();
  provide(w.deps);
  owner = (await firstKey(w.deps, w.organizationId)).reveal();
});

const send = (as: string, method: string, path: string, body?: unknown) =>
  call(path.startsWith('/v1/keys') ? keys : workspaces, {
    method,
    path,
    body,
    headers: { authorization: `Bearer ${as}` },
  });
const make = async (body: Readonly<Record<string, unknown>>, as = owner) => {
  const { status, json, error } = await send(as, 'POST', '/v1/keys', { name: 'Backend', ...body });
  return { status, error, json, text: String(json['key']), id: String(json['id']) };
};

describe('the scopes of a key', () => {
  it('narrow what its role may, and nothing widens it', async () => {
    const { text } = await make({ role: 'admin', scopes: ['workspaces:read'] });
    expect((await send(text, 'GET', '/v1/workspaces')).status).toBe(200);
    const { status, error } = await send(text, 'GET', '/v1/keys');
    expect([status, error.message]).toEqual([
      403,
      'The scopes of this key leave out the permission keys:read.',
    ]);
    const low = await make({ role: 'viewer', scopes: ['keys:write', 'keys:read'] });
    expect((await send(low.text, 'GET', '/v1/keys')).status).toBe(403);
    expect((await send(low.text, 'GET', '/v1/workspaces')).status).toBe(403);
  });

  it('narrow what is told under an umbrella, too: of no service without services:read', async () => {
    const { id: umbrellaId } = await umbrella(w);
    const { id: serviceId } = await tokenService(w, tokenDocument({ umbrellaId }));
    const under = async (scopes: readonly string[]) => {
      const { text } = await make({ role: 'admin', scopes });
      const path = `/v1/umbrellas/${umbrellaId}/services`;
      const headers = { authorization: `Bearer ${text}` };
      return (await call(umbrellas, { method: 'GET', path, headers })).json['items'];
    };
    expect(await under(['umbrellas:read', 'services:read'])).toMatchObject([{ serviceId }]);
    expect(await under(['umbrellas:read'])).toEqual([]);
  });

  it('are shown, and are left out to mean all', async () => {
    const scopes = ['auths:use', 'auths:read'];
    const { id } = await make({ role: 'admin', scopes });
    expect((await send(owner, 'GET', `/v1/keys/${id}`)).json).toMatchObject({ scopes });
    expect((await make({ role: 'admin' })).json).toMatchObject({ scopes: null });
  });

  it.each([
    ['none', []],
    ['one that there is not', ['everything']],
    ['a role', ['owner']],
    ['one twice', ['auths:use', 'auths:use']],
    ['no list', 'auths:use'],
    ['a wildcard', ['*']],
  ])('cannot be %s', async (_, scopes) => {
    const { status, error } = await make({ role: 'admin', scopes });
    expect([status, error.details[0]?.path.startsWith('body.scopes')]).toEqual([422, true]);
  });
});

describe('nobody makes a key mightier than himself', () => {
  it('R56 an admin makes keys up to an admin’s', async () => {
    const admin = await make({ role: 'admin' });
    expect((await make({ role: 'owner' }, admin.text)).status).toBe(403);
    for (const role of ['viewer', 'contributor', 'admin'])
      expect((await make({ role }, admin.text)).status).toBe(201);
  });

  it('a key with scopes makes none without, and none with others', async () => {
    const scoped = await make({ role: 'owner', scopes: ['keys:write', 'keys:read', 'auths:use'] });
    for (const scopes of [undefined, ['credentials:read'], ['auths:use', 'auths:write'], [...permissions]])
      expect((await make({ role: 'viewer', scopes }, scoped.text)).status).toBe(403);
    expect((await make({ role: 'viewer', scopes: ['auths:use'] }, scoped.text)).status).toBe(201);
  });

  it('a key with scopes rotates none that may more, and so does not come by its text', async () => {
    const all = await make({ role: 'admin' });
    const scoped = await make({ role: 'owner', scopes: ['keys:write', 'auths:use'] });
    const admin = await make({ role: 'admin' });
    const ownerKey = await make({ role: 'owner' });
    const rotate = (as: string, id: string) => send(as, 'POST', `/v1/keys/${id}/rotate`, {});
    expect((await rotate(scoped.text, all.id)).status).toBe(403);
    expect((await rotate(admin.text, ownerKey.id)).status).toBe(403);
    expect((await rotate(admin.text, all.id)).status).toBe(201);
    expect((await rotate(scoped.text, scoped.id)).status).toBe(201);
    for (const method of ['PATCH', 'DELETE'])
      expect(
        (
          await send(
            admin.text,
            method,
            `/v1/keys/${ownerKey.id}`,
            method === 'PATCH' ? { name: 'x' } : undefined,
          )
        ).status,
      ).toBe(403);
  });

  it('a key that expires makes none that outlives it', async () => {
    const at = (hours: number) => new Date(w.clock.now() + hours * 3_600_000).toISOString();
    const short = await make({ role: 'admin', expiresAt: at(1) });
    for (const expiresAt of [undefined, at(2)]) {
      const { status, error } = await make({ role: 'viewer', expiresAt }, short.text);
      expect([status, error.details[0]?.path]).toEqual([422, 'body.expiresAt']);
    }
    expect((await make({ role: 'viewer', expiresAt: at(1) }, short.text)).status).toBe(201);
  });

  it('a key that was just deleted makes none that stays, and comes by no other text', async () => {
    const leaked = await make({ role: 'admin' });
    const other = await make({ role: 'viewer' });
    expect((await send(leaked.text, 'GET', '/v1/keys')).status).toBe(200);
    await send(owner, 'DELETE', `/v1/keys/${leaked.id}`);
    // Where it was just used it is known for some seconds more.
    expect((await send(leaked.text, 'GET', '/v1/keys')).status).toBe(200);
    expect((await make({ role: 'viewer' }, leaked.text)).status).toBe(422);
    expect((await send(leaked.text, 'POST', `/v1/keys/${other.id}/rotate`, {})).status).toBe(403);
  });

  it('a key that expires rotates none that outlives it, and so does not come by its text', async () => {
    const at = (hours: number) => new Date(w.clock.now() + hours * 3_600_000).toISOString();
    const short = await make({ role: 'admin', expiresAt: at(2) });
    const rotate = (id: string) => send(short.text, 'POST', `/v1/keys/${id}/rotate`, {});
    const [forever, shorter] = [
      await make({ role: 'viewer' }),
      await make({ role: 'viewer', expiresAt: at(1) }),
    ];
    const { status, error } = await rotate(forever.id);
    expect([status, error.code]).toEqual([403, 'forbidden']);
    expect((await rotate(shorter.id)).status).toBe(201);
    expect((await rotate(short.id)).status).toBe(201);
  });

  it('a key that is bound to a workspace makes and sees none', async () => {
    const bound = await make({ role: 'admin', workspaceId: w.workspaceId });
    expect((await make({ role: 'viewer', workspaceId: w.workspaceId }, bound.text)).status).toBe(403);
    expect((await send(bound.text, 'GET', '/v1/keys')).status).toBe(403);
    expect((await send(bound.text, 'POST', `/v1/keys/${bound.id}/rotate`, {})).status).toBe(403);
  });
});
