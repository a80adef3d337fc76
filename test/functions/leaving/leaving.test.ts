import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { provide } from '#shared/deps.ts';
import { firstKey } from '#shared/domain/deployment/found.ts';
import { personOf } from '#shared/domain/callers/person.ts';
import { authenticateEndUser } from '#shared/domain/end-users/authenticate.ts';
import { createEndUserSession } from '#shared/domain/end-users/create-session.ts';
import { authenticateKey } from '#shared/domain/keys/authenticate.ts';
import { createOrganization } from '#shared/domain/organization/create.ts';
import { createKey } from '#shared/domain/keys/create.ts';
import { actingIn } from '#shared/domain/members/acting.ts';
import { memberKey, members } from '#shared/domain/members/member.ts';
import { memberships, membershipKey } from '#shared/domain/members/membership.ts';
import { listWorkspaces } from '#shared/domain/workspaces/list.ts';
import { dropWorkspace } from '#shared/domain/workspaces/drop.ts';
import { workspaces, workspaceKey } from '#shared/domain/workspaces/workspace.ts';
import { newId } from '#shared/ids.ts';
import type { OrganizationRole } from '#shared/permissions.ts';
import { routes } from '#functions/routes.ts';
import { call, type Answered } from '../../support/api.ts';
import { anotherOrganization, minutesPass } from '../../support/departures.ts';
import { day, told, world, type World } from '../../support/deps.ts';
import { furnished } from '../../support/furnished.ts';
import { actor, keyedAuth, sharedWorkspace, tokenDocument, tokenService } from '../../support/nouns.ts';
import { serviceKey, services } from '#shared/domain/services/service.ts';
import { capturedOutput } from '../../support/output.ts';
import { answer } from '../../support/watched.ts';
import { matcher } from '#shared/entry/match.ts';

let w: World;
let key = '';
let output: ReturnType<typeof capturedOutput>;

beforeEach(async () => {
  output = capturedOutput();
  w = await world();
  provide(w.deps);
  w.http.answers(() => answer(200, 'hello'));
  key = (await firstKey(w.deps, w.organizationId)).reveal();
});

afterEach(() => {
  output.stop();
});

const table = routes.map(({ noun, route }) => ({ noun, route, match: matcher(route) }));

/** Sends a request to the function that answers its route. */
const send = async (
  method: string,
  path: string,
  { as = key, body }: { as?: string; body?: unknown } = {},
) => {
  const [rawPath = '', query = ''] = path.split('?');
  const found = table.find(({ match }) => match.path({ path: rawPath }) && match.method({ method }));
  const { handler } = (await import(`#functions/${found!.noun}/lambda.ts`)) as { handler: unknown };
  return call(handler, { method, path: rawPath, query, body, headers: { authorization: `Bearer ${as}` } });
};

const codeOf = ({ status, error }: Answered) => [status, error.code];

const person = async (userId: string, role: OrganizationRole = 'member') => {
  const createdAt = w.clock.now();
  await w.deps.store.insert(members, {
    organizationId: w.organizationId,
    userId,
    role,
    version: 1,
    createdAt,
    outbox: [],
    revision: 0,
  });
};
const member = (userId: string) => w.deps.store.get(members, memberKey(w.organizationId, userId));

const joins = (userId: string, workspaceId: string) =>
  w.deps.store.insert(memberships, {
    organizationId: w.organizationId,
    workspaceId,
    userId,
    role: 'contributor' as const,
    version: 1,
    createdAt: w.clock.now(),
    revision: 0,
  });

/** The personal workspace of somebody, with a service and an auth in it. */
const personal = async (ownerId: string) => {
  const id = newId('workspace', w.deps);
  const createdAt = w.clock.now();
  const item = { id, organizationId: w.organizationId, name: 'Mine', kind: 'personal' as const, ownerId };
  await w.deps.store.insert(workspaces, { ...item, version: 1, createdAt, revision: 0 });
  const inside = { ...w, workspaceId: id };
  const service = await tokenService(inside);
  return { id, service, auth: await keyedAuth(inside, service) };
};

const asUser = (userId: string) =>
  ({ type: 'user', id: userId, organizationId: w.organizationId, role: 'member' }) as const;
const workspaceNow = (id: string) => w.deps.store.get(workspaces, workspaceKey(w.organizationId, id));

describe('removing a member', () => {
  beforeEach(async () => {
    await person('boss', 'owner');
    await person('user-1');
  });

  it('R54 keeps the auths and services of shared workspaces working, and ends the memberships at once', async () => {
    const shared = await sharedWorkspace(w);
    const inside = { ...w, workspaceId: shared.id };
    const auth = await keyedAuth(inside, await tokenService(inside));
    await joins('user-1', shared.id);
    expect(await actingIn(w.deps, asUser('user-1'), shared)).toMatchObject({ role: 'contributor' });
    expect((await send('DELETE', '/v1/members/user-1')).status).toBe(204);
    expect((await member('user-1'))?.removedAt).toBe(w.clock.now());
    const key = membershipKey(w.organizationId, shared.id, 'user-1');
    expect(await w.deps.store.get(memberships, key)).toBeUndefined();
    await expect(actingIn(w.deps, asUser('user-1'), shared)).rejects.toMatchObject({ status: 404 });
    expect((await send('GET', `/v1/proxy/${auth.id}/me`)).text).toBe('hello');
    expect((await send('GET', `/v1/workspaces/${shared.id}/services`)).json['items']).toHaveLength(1);
    expect(told(w, 'member.')).toEqual(['member.removed']);
    expect(codeOf(await send('DELETE', '/v1/members/user-1'))).toEqual([404, 'member_not_found']);
  });

  it('R54 keeps the personal workspace for 30 days, in which admins read it, and then destroys it', async () => {
    const mine = await personal('user-1');
    await send('DELETE', '/v1/members/user-1');
    const planned = await send('GET', `/v1/workspace-removals/${mine.id}`);
    const beginsAt = new Date(w.clock.now() + 30 * day).toISOString();
    expect(planned.json).toMatchObject({ state: 'planned', reason: 'member_left', beginsAt, removed: null });
    await w.clock.advance(30 * day - 60_000);
    await minutesPass(w, 0);
    const there = await send('GET', `/v1/workspaces/${mine.id}/auths`);
    expect(there.json['items']).toHaveLength(1);
    await minutesPass(w, 45);
    expect((await send('GET', `/v1/workspaces/${mine.id}/auths`)).status).toBe(404);
    const done = await send('GET', '/v1/workspace-removals');
    expect(done.json['items']).toMatchObject([
      { workspaceId: mine.id, state: 'done', removed: { auths: 1, services: 1 } },
    ]);
    expect(w.vault.paths().filter((path) => path.includes(mine.auth.id))).toEqual([]);
    expect(told(w, 'workspace.removed')).toEqual(['workspace.removed']);
  });

  it('R54 hands the personal workspace to the admin that is named, who then has it as the own', async () => {
    await person('heir', 'admin');
    const mine = await personal('user-1');
    expect((await send('DELETE', '/v1/members/user-1?handPersonalTo=heir')).status).toBe(204);
    expect(await workspaceNow(mine.id)).toMatchObject({ ownerId: 'heir', kind: 'personal' });
    expect(codeOf(await send('GET', `/v1/workspace-removals/${mine.id}`))).toEqual([
      404,
      'workspace_removal_not_found',
    ]);
    await w.clock.advance(40 * day);
    await minutesPass(w, 5);
    expect((await send('GET', `/v1/proxy/${mine.auth.id}/me`)).text).toBe('hello');
  });

  it('R54 lists a workspace that was handed on for its heir, who may be no admin any more', async () => {
    await person('heir', 'admin');
    const mine = await personal('user-1');
    await send('DELETE', '/v1/members/user-1?handPersonalTo=heir');
    await send('PUT', '/v1/members/heir', { body: { role: 'member' } });
    const heir = { ...actor(w, 'member'), type: 'user', id: 'heir' } as const;
    const { items } = await listWorkspaces(w.deps, heir, { limit: 50 });
    expect(items).toMatchObject([{ id: mine.id, ownerId: 'heir', role: 'admin' }]);
  });

  it('R54 gives a personal workspace back to one who returns within the 30 days', async () => {
    const mine = await personal('user-1');
    await send('DELETE', '/v1/members/user-1');
    expect((await send('GET', '/v1/workspace-removals')).json['items']).toHaveLength(1);
    const back = await send('PUT', '/v1/members/user-1', { body: { role: 'member' } });
    expect(back.status).toBe(200);
    expect((await send('GET', '/v1/workspace-removals')).json['items']).toEqual([]);
    await w.clock.advance(30 * day);
    await minutesPass(w, 45);
    expect(await workspaceNow(mine.id)).toMatchObject({ ownerId: 'user-1' });
    expect((await send('GET', '/v1/workspace-removals')).json['items']).toEqual([]);
  });

  it('R54 keeps a workspace that is handed on by one who left, returned and left again', async () => {
    await person('heir', 'admin');
    const mine = await personal('user-1');
    await send('DELETE', '/v1/members/user-1');
    expect((await send('PUT', '/v1/members/user-1', { body: { role: 'member' } })).status).toBe(200);
    expect((await send('DELETE', '/v1/members/user-1?handPersonalTo=heir')).status).toBe(204);
    await w.clock.advance(40 * day);
    await minutesPass(w, 45);
    expect(await workspaceNow(mine.id)).toMatchObject({ ownerId: 'heir' });
    expect((await send('GET', `/v1/proxy/${mine.auth.id}/me`)).text).toBe('hello');
    expect((await send('GET', '/v1/workspace-removals')).json['items']).toEqual([]);
  });

  it('R54 keeps a workspace that was handed on for 30 days when the heir leaves, too', async () => {
    await person('heir', 'admin');
    const mine = await personal('user-1');
    await send('DELETE', '/v1/members/user-1');
    await send('PUT', '/v1/members/user-1', { body: { role: 'member' } });
    await send('DELETE', '/v1/members/user-1?handPersonalTo=heir');
    await w.clock.advance(10 * day);
    expect((await send('DELETE', '/v1/members/heir')).status).toBe(204);
    await w.clock.advance(25 * day);
    await minutesPass(w, 45);
    expect(await workspaceNow(mine.id)).toBeDefined();
    await w.clock.advance(6 * day);
    await minutesPass(w, 45);
    expect(await workspaceNow(mine.id)).toBeUndefined();
  });

  it('R54 destroys all of a workspace that was just taken away when its person returns', async () => {
    const mine = await personal('user-1');
    await send('DELETE', '/v1/members/user-1');
    await w.clock.advance(30 * day);
    // A crash right after the first write.
    await dropWorkspace(w.deps, { organizationId: w.organizationId, workspaceId: mine.id });
    await send('PUT', '/v1/members/user-1', { body: { role: 'member' } });
    await minutesPass(w, 45);
    expect(w.vault.paths().filter((path) => path.includes(mine.auth.id))).toEqual([]);
    expect((await send('GET', `/v1/workspace-removals/${mine.id}`)).json).toMatchObject({ state: 'done' });
  });

  it('R54 shuts out a person of whom there is no record, where the tokens say the roles', async () => {
    const tokens = { issuer: 'https://id.example', audience: ['a'], userClaim: 'sub', roleClaim: 'role' };
    const who = () => personOf(w.deps, tokens, { sub: 'unseen', role: 'member' });
    expect(codeOf(await send('DELETE', '/v1/members/unseen'))).toEqual([404, 'member_not_found']);
    provide({ ...w.deps, settings: { ...w.deps.settings, tokens } });
    expect(await who()).toMatchObject({ role: 'member' });
    const shared = await sharedWorkspace(w);
    await joins('unseen', shared.id);
    expect((await send('DELETE', '/v1/members/unseen')).status).toBe(204);
    await w.clock.advance(10_001);
    await expect(who()).rejects.toMatchObject({ status: 403, code: 'not_a_member' });
    const key = membershipKey(w.organizationId, shared.id, 'unseen');
    expect(await w.deps.store.get(memberships, key)).toBeUndefined();
    expect(codeOf(await send('DELETE', '/v1/members/unseen'))).toEqual([404, 'member_not_found']);
  });

  it('R11 R14 keeps legacy services of the personal workspace available, with their secrets and auths elsewhere', async () => {
    const mine = await personal('user-1');
    const legacy = await tokenService({ ...w, workspaceId: mine.id }, tokenDocument({ name: 'Old' }));
    await w.deps.store.replace(services, { ...legacy, origin: 'legacy', legacy: { id: 'old-1' } });
    await send('DELETE', '/v1/members/user-1');
    await w.clock.advance(30 * day);
    await minutesPass(w, 45);
    expect((await send('GET', `/v1/workspaces/${w.workspaceId}/services/${legacy.id}`)).status).toBe(200);
    expect((await send('GET', `/v1/workspaces/${w.workspaceId}/services/${mine.service.id}`)).status).toBe(
      404,
    );
    const shared = await sharedWorkspace(w);
    const made = await send('POST', `/v1/workspaces/${shared.id}/auths`, {
      body: { serviceId: legacy.id, name: 'Main', fields: { api_key: 'k' } },
    });
    expect(made.status).toBe(201);
  });

  it('refuses to remove the last owner, also when two remove each other at once', async () => {
    expect(codeOf(await send('DELETE', '/v1/members/boss'))).toEqual([409, 'last_owner']);
    expect((await member('boss'))?.removedAt).toBeUndefined();
    await person('second', 'owner');
    const ends = await Promise.all([
      send('DELETE', '/v1/members/boss'),
      send('DELETE', '/v1/members/second'),
    ]);
    const stayed = await Promise.all(['boss', 'second'].map(member));
    expect(stayed.filter((found) => found?.removedAt === undefined).length).toBeGreaterThan(0);
    expect(ends.map(({ status }) => status).filter((status) => status === 409).length).toBeGreaterThan(0);
  });

  it('R56 is for admins, and of owners for owners alone', async () => {
    const keyOf = async (role: 'viewer' | 'contributor' | 'admin') =>
      (await createKey(w.deps, { by: actor(w), input: { name: role, role } })).text.reveal();
    for (const role of ['viewer', 'contributor'] as const)
      expect(codeOf(await send('DELETE', '/v1/members/user-1', { as: await keyOf(role) }))).toEqual([
        403,
        'forbidden',
      ]);
    const admin = await keyOf('admin');
    await person('second', 'owner');
    expect(codeOf(await send('DELETE', '/v1/members/boss', { as: admin }))).toEqual([403, 'forbidden']);
    expect((await send('DELETE', '/v1/members/user-1', { as: admin })).status).toBe(204);
  });

  it.each(['user-1', 'nobody', 'plain'])(
    'refuses to hand a personal workspace to %s, who is no other admin',
    async (heir) => {
      await person('plain');
      const refused = await send('DELETE', `/v1/members/user-1?handPersonalTo=${heir}`);
      expect(codeOf(refused)).toEqual([422, 'invalid_heir']);
      expect(refused.error.details.map(({ path }) => path)).toEqual(['query.handPersonalTo']);
      expect((await member('user-1'))?.removedAt).toBeUndefined();
    },
  );
});

describe('deleting a workspace', () => {
  it('is refused while something stands in it, and names that', async () => {
    const { workspaceId } = await furnished(w);
    const refused = await send('DELETE', `/v1/workspaces/${workspaceId}`);
    expect(codeOf(refused)).toEqual([409, 'workspace_in_use']);
    expect(refused.error.details.map(({ path }) => path.split('/')[4])).toEqual([
      'services',
      'services',
      'auths',
      'auths',
      'connectors',
      'solutions',
    ]);
    expect((await send('GET', `/v1/workspaces/${workspaceId}`)).status).toBe(200);
  });

  it('is done at once for an empty one, and never for the organization workspace', async () => {
    const { id } = await sharedWorkspace(w);
    expect((await send('DELETE', `/v1/workspaces/${id}`)).status).toBe(204);
    expect(codeOf(await send('GET', `/v1/workspaces/${id}`))).toEqual([404, 'workspace_not_found']);
    const own = await send('DELETE', `/v1/workspaces/${w.workspaceId}?force=true`);
    expect(codeOf(own)).toEqual([409, 'organization_workspace']);
  });

  it('R24 is for an owner alone where it is the embedded one, whose services nobody else deletes', async () => {
    const body = { name: 'Embedded', kind: 'embedded' };
    const { id } = (await send('POST', '/v1/workspaces', { body })).json;
    const { text } = await createKey(w.deps, { by: actor(w), input: { name: 'Admin', role: 'admin' } });
    const remove = (as: string) => send('DELETE', `/v1/workspaces/${String(id)}?force=true`, { as });
    expect(codeOf(await remove(text.reveal()))).toEqual([403, 'forbidden']);
    expect(await workspaceNow(String(id))).toBeDefined();
    expect((await remove(key)).status).toBe(204);
  });

  it('by force makes it gone for everyone at once; its grants are revoked and its credentials destroyed', async () => {
    const { workspaceId } = await furnished(w);
    const { text } = await createKey(w.deps, {
      by: actor(w),
      input: { name: 'Inside', role: 'admin', workspaceId },
    });
    expect((await send('DELETE', `/v1/workspaces/${workspaceId}?force=true`)).status).toBe(204);
    const paths = ['', '/services', '/auths'].map((rest) => `/v1/workspaces/${workspaceId}${rest}`);
    for (const path of paths) expect(codeOf(await send('GET', path))).toEqual([404, 'workspace_not_found']);
    const listed = (await send('GET', '/v1/workspaces')).json['items'] as readonly { id: string }[];
    expect(listed.map(({ id }) => id)).toEqual([w.workspaceId]);
    await minutesPass(w, 40);
    expect((await send('GET', '/v1/workspaces', { as: text.reveal() })).status).toBe(401);
    expect(w.http.requests.filter(({ url }) => url.endsWith('/oauth/revoke'))).toHaveLength(2);
    expect(w.vault.paths().filter((path) => path.startsWith('auth/'))).toEqual([]);
    const receipt = await send('GET', `/v1/workspace-removals/${workspaceId}`);
    expect(receipt.json).toMatchObject({ state: 'done', removed: { auths: 2, services: 2, keys: 2 } });
  });
});

describe('what is bound to a workspace that was deleted', () => {
  it('is refused within 10 s, before anything of it has been destroyed', async () => {
    const { id: workspaceId } = await sharedWorkspace(w);
    const input = { name: 'Inside', role: 'admin' as const, workspaceId };
    const bound = (await createKey(w.deps, { by: actor(w), input })).text.reveal();
    const ref = { organizationId: w.organizationId, workspaceId };
    const made = await createEndUserSession(w.deps, {
      ...ref,
      input: { endUserId: 'eu-1', expiresInSeconds: 3600 },
    });
    const session = made.token.reveal();
    expect(await authenticateKey(w.deps, bound)).toMatchObject({ workspaceId });
    expect(await authenticateEndUser(w.deps, session)).toMatchObject({ endUserId: 'eu-1' });
    await send('DELETE', `/v1/workspaces/${workspaceId}?force=true`);
    await w.clock.advance(10_001);
    expect(await authenticateKey(w.deps, bound)).toBeUndefined();
    expect(await authenticateEndUser(w.deps, session)).toBeUndefined();
  });
});

describe('deleting an organization', () => {
  it('frees its external id at once for another one, and shuts out its people and sessions within 10 s', async () => {
    const by = { ...actor(w), role: 'owner' as const };
    const { organization, key: text } = await createOrganization(w.deps, {
      by,
      name: 'Tenant',
      externalId: 'tenant-1',
    });
    const tokens = { issuer: 'https://id.example', audience: ['a'], userClaim: 'sub' };
    const who = () =>
      personOf(
        w.deps,
        { ...tokens, organizationClaim: 'org', roleClaim: 'role' },
        { sub: 'u', role: 'admin', org: 'tenant-1' },
      );
    expect(await who()).toMatchObject({ organizationId: organization.id });
    const made = await createEndUserSession(w.deps, {
      organizationId: organization.id,
      workspaceId: organization.organizationWorkspaceId,
      input: { endUserId: 'eu-1', expiresInSeconds: 3600 },
    });
    expect(await authenticateEndUser(w.deps, made.token.reveal())).toBeDefined();
    const as = text.reveal();
    const path = `/v1/organization?confirm=${organization.id}`;
    expect((await send('DELETE', path, { as })).status).toBe(202);
    await w.clock.advance(10_001);
    await expect(who()).rejects.toMatchObject({ status: 403, code: 'not_a_member' });
    expect(await authenticateEndUser(w.deps, made.token.reveal())).toBeUndefined();
    const next = await createOrganization(w.deps, { by, name: 'Tenant', externalId: 'tenant-1' });
    expect(next.organization.id).not.toBe(organization.id);
    await minutesPass(w, 60);
    expect(await who()).toMatchObject({ organizationId: next.organization.id });
  });

  it('takes legacy services with it, too', async () => {
    const own = await anotherOrganization(w);
    const { organizationId } = own;
    const legacy = await tokenService(own);
    await w.deps.store.replace(services, { ...legacy, origin: 'legacy', legacy: { id: 'old-1' } });
    const { text } = await createKey(w.deps, { by: actor(own), input: { name: 'Own', role: 'owner' } });
    await send('DELETE', `/v1/organization?confirm=${organizationId}`, { as: text.reveal() });
    await minutesPass(w, 60);
    const receipt = await send('GET', `/v1/organization-removals/${organizationId}`);
    expect(receipt.json).toMatchObject({ state: 'done' });
    expect(await w.deps.store.get(services, serviceKey(organizationId, legacy.id))).toBeUndefined();
  });

  it('asks for its id once more, and refuses the one that the deployment began with', async () => {
    const path = '/v1/organization?confirm=';
    expect(codeOf(await send('DELETE', `${path}x`))).toEqual([422, 'not_confirmed']);
    const own = await send('DELETE', `${path}${w.organizationId}`);
    expect(codeOf(own)).toEqual([409, 'first_organization']);
    expect((await send('GET', '/v1/organization')).status).toBe(200);
  });

  it('leaves its external id to another one, which is nothing of the first', async () => {
    const body = { name: 'Acme', externalId: 'tenant-17' };
    const first = await send('POST', '/v1/organizations', { body });
    const id = String(first.json['id']);
    const remove = (of: Answered) =>
      send('DELETE', `/v1/organization?confirm=${String(of.json['id'])}`, { as: String(of.json['key']) });
    expect((await remove(first)).status).toBe(202);
    const second = await send('POST', '/v1/organizations', { body });
    expect(second.status).toBe(201);
    expect(second.json['id']).not.toBe(id);
    await minutesPass(w, 60);
    const as = String(second.json['key']);
    expect((await send('GET', '/v1/organization', { as })).json).toMatchObject(body);
    expect((await remove(second)).json).toMatchObject({ state: 'under_way', removed: { keys: 1 } });
  });

  it('lets nobody in any more and leaves a receipt, which owners of the first organization alone read', async () => {
    const own = await anotherOrganization(w);
    await furnished(own);
    const { organizationId } = own;
    const { text } = await createKey(w.deps, { by: actor(own), input: { name: 'Own', role: 'owner' } });
    const as = text.reveal();
    const begun = await send('DELETE', `/v1/organization?confirm=${organizationId}`, { as });
    expect([begun.status, begun.json]).toMatchObject([
      202,
      {
        organizationId,
        state: 'under_way',
        removed: { workspaces: 1, keys: 2, umbrellas: 1, subscriptions: 1 },
      },
    ]);
    await minutesPass(w, 60);
    expect((await send('GET', '/v1/workspaces', { as })).status).toBe(401);
    const path = `/v1/organization-removals/${organizationId}`;
    expect((await send('GET', path)).json).toMatchObject({ id: begun.json['id'], state: 'done' });
    const third = await anotherOrganization(w);
    const other = await createKey(w.deps, { by: actor(third), input: { name: 'Own', role: 'owner' } });
    const refused = await send('GET', path, { as: other.text.reveal() });
    expect(codeOf(refused)).toEqual([404, 'organization_removal_not_found']);
  });
});
