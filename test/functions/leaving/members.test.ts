import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { provide } from '#shared/deps.ts';
import { personOf } from '#shared/domain/callers/person.ts';
import { createKey } from '#shared/domain/keys/create.ts';
import { actingIn } from '#shared/domain/members/acting.ts';
import { memberKey, members } from '#shared/domain/members/member.ts';
import { memberships, membershipKey } from '#shared/domain/members/membership.ts';
import { listWorkspaces } from '#shared/domain/workspaces/list.ts';
import { dropWorkspace } from '#shared/domain/workspaces/drop.ts';
import { workspaces } from '#shared/domain/workspaces/workspace.ts';
import { newId } from '#shared/ids.ts';
import type { OrganizationRole } from '#shared/permissions.ts';
import { minutesPass } from '../../support/departures.ts';
import { day, told } from '../../support/deps.ts';
import { actor, keyedAuth, sharedWorkspace, tokenDocument, tokenService } from '../../support/nouns.ts';
import { services } from '#shared/domain/services/service.ts';
import { endStage, w, send, codeOf, workspaceNow, setStage } from './leavers.ts';

beforeEach(setStage);
afterEach(endStage);

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
