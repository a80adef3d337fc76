import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Actor } from '#shared/domain/actor.ts';
import { demandUse } from '#shared/domain/members/demand-use.ts';
import { putMembership } from '#shared/domain/members/put-in-workspace.ts';
import { removeMembership } from '#shared/domain/members/remove-from-workspace.ts';
import { createAuth } from '#shared/domain/auths/create.ts';
import { NewAuth } from '#shared/domain/auths/new-auth.ts';
import { personalWorkspace } from '#shared/domain/workspaces/personal.ts';
import { authorize } from '#shared/entry/authorize.ts';
import { workspaceRoles, type Permission } from '#shared/permissions.ts';
import { otherProcess, world, type World } from '../../support/deps.ts';
import { keyedAuth, sharedWorkspace, tokenService } from '../../support/nouns.ts';

let w: World;
let team = '';
beforeEach(async () => {
  w = await world();
  team = (await sharedWorkspace(w)).id;
});

const user = (parts: Partial<Actor> = {}): Actor => ({
  type: 'user',
  id: 'user-1',
  organizationId: w.organizationId,
  role: 'member',
  ...parts,
});
const person = (workspaceId = team) => ({
  organizationId: w.organizationId,
  workspaceId,
  userId: 'user-1',
  ifMatch: undefined,
});
const enter = (actor: Actor, needs: Permission, workspaceId?: string, deps = w.deps) =>
  authorize(deps, { actor, route: { needs }, path: workspaceId === undefined ? {} : { workspaceId } });

const hidden = { status: 404, code: 'workspace_not_found' };
const forbidden = { status: 403, code: 'forbidden' };

describe('a person who acts in a workspace', () => {
  it.each(workspaceRoles)('has the role of the membership there: %s', async (role) => {
    await putMembership(w.deps, { ...person(), role });
    expect(await enter(user(), 'services:read', team)).toMatchObject({ id: 'user-1', role });
    const writes = enter(user(), 'services:write', team);
    if (role === 'viewer') await expect(writes).rejects.toMatchObject(forbidden);
    else expect(await writes).toMatchObject({ role });
    const manages = enter(user(), 'members:write', team);
    if (role === 'admin') expect(await manages).toMatchObject({ role });
    else await expect(manages).rejects.toMatchObject(forbidden);
  });

  it('R8 without a membership gets the same answer as for a workspace that does not exist', async () => {
    const answers = await Promise.all(
      [team, `ws_${'0'.repeat(26)}`].map((id) =>
        enter(user(), 'services:read', id).catch((error: unknown) => error),
      ),
    );
    expect(answers[0]).toMatchObject(hidden);
    expect(answers[0]).toEqual(answers[1]);
  });

  it('is the admin of the own personal workspace, and sees nobody else’s', async () => {
    const { organizationId } = w;
    const own = await personalWorkspace(w.deps, { organizationId, userId: 'user-1' });
    const other = await personalWorkspace(w.deps, { organizationId, userId: 'user-2' });
    expect(await enter(user(), 'services:write', own.id)).toMatchObject({ role: 'admin' });
    await expect(enter(user(), 'services:read', other.id)).rejects.toMatchObject(hidden);
  });

  it('is everywhere what it is as an admin or owner of the organization', async () => {
    for (const role of ['admin', 'owner'] as const)
      expect(await enter(user({ role }), 'members:write', team)).toMatchObject({ role });
    await expect(enter(user({ role: 'admin' }), 'organization:write')).rejects.toMatchObject(forbidden);
  });

  it('of one organization finds no workspace of another', async () => {
    const actor = user({ organizationId: `org_${'0'.repeat(26)}`, role: 'owner' });
    await expect(enter(actor, 'services:read', team)).rejects.toMatchObject(hidden);
  });

  it('R9 takes the role of one workspace into no other', async () => {
    const { id: other } = await sharedWorkspace(w, 'Other');
    await putMembership(w.deps, { ...person(), role: 'admin' });
    await putMembership(w.deps, { ...person(other), role: 'viewer' });
    const acting = await enter(user(), 'services:write', team);
    await expect(enter(acting, 'services:write', other)).rejects.toMatchObject(forbidden);
    await expect(enter(acting, 'services:read', w.workspaceId)).rejects.toMatchObject(hidden);
    expect(await enter(acting, 'services:read', other)).toMatchObject({ id: 'user-1', role: 'viewer' });
  });

  it('has another role at once where it was given, and everywhere else within ten seconds', async () => {
    const elsewhere = otherProcess(w.deps);
    await putMembership(w.deps, { ...person(), role: 'contributor' });
    for (const deps of [w.deps, elsewhere]) await enter(user(), 'services:write', team, deps);
    await putMembership(w.deps, { ...person(), role: 'viewer' });
    await expect(enter(user(), 'services:write', team)).rejects.toMatchObject(forbidden);
    await w.clock.advance(10_000);
    await expect(enter(user(), 'services:write', team, elsewhere)).rejects.toMatchObject(forbidden);
    await removeMembership(w.deps, person());
    await expect(enter(user(), 'services:read', team)).rejects.toMatchObject(hidden);
    await w.clock.advance(10_000);
    await expect(enter(user(), 'services:read', team, elsewhere)).rejects.toMatchObject(hidden);
  });
});

describe('an end user', () => {
  it('R27 opens no route of a workspace, not even with what its role may do elsewhere', async () => {
    const actor = user({ type: 'end_user', role: 'end_user', workspaceId: team, endUserId: 'customer-1' });
    await expect(enter(actor, 'auths:use', team)).rejects.toMatchObject(forbidden);
    await expect(enter(actor, 'auths:use', w.workspaceId)).rejects.toMatchObject(hidden);
    expect(await enter(actor, 'auths:use')).toEqual(actor);
  });
});

describe('use of an auth', () => {
  const nowhere = { status: 404, code: 'auth_not_found' };
  const authThere = async (endUserId?: string) => {
    const where = { ...w, workspaceId: team };
    const service = await tokenService(where);
    if (endUserId === undefined) return (await keyedAuth(where, service)).id;
    const input = NewAuth.parse({ name: 'Own', serviceId: service.id, fields: { api_key: 'k' }, endUserId });
    const made = await createAuth(w.deps, { organizationId: w.organizationId, workspaceId: team, input });
    return made.auth.id;
  };

  it.each(workspaceRoles)('is for contributors and above of its workspace: %s', async (role) => {
    const authId = await authThere();
    await putMembership(w.deps, { ...person(), role });
    const used = demandUse(w.deps, user(), authId);
    if (role === 'viewer') await expect(used).rejects.toMatchObject(forbidden);
    else await expect(used).resolves.toMatchObject({ role, organizationRole: 'member' });
  });

  it('R8 by somebody who is not of its workspace finds no auth, as if there were none', async () => {
    const authId = await authThere();
    const answers = await Promise.all(
      [authId, `auth_${'0'.repeat(26)}`].map((id) =>
        demandUse(w.deps, user(), id).catch((error: unknown) => error),
      ),
    );
    expect(answers[0]).toMatchObject(nowhere);
    expect(answers[0]).toMatchObject({ message: (answers[1] as Error).message, status: 404 });
    await expect(demandUse(w.deps, user({ role: 'admin' }), authId)).resolves.toMatchObject({
      role: 'admin',
    });
  });

  it('fails, and does not say that there is no auth, when the store cannot tell the role', async () => {
    const authId = await authThere();
    await putMembership(w.deps, { ...person(), role: 'contributor' });
    const broken = otherProcess(w.deps, {
      store: {
        ...w.deps.store,
        get: (collection, key) =>
          collection.name === 'membership'
            ? Promise.reject(new Error('throttled'))
            : w.deps.store.get(collection, key),
      },
    });
    await expect(demandUse(broken, user(), authId)).rejects.toThrow('throttled');
  });

  it('R9 by somebody who acts in one workspace is of no auth in another', async () => {
    const authId = await authThere();
    const { id: other } = await sharedWorkspace(w, 'Other');
    await putMembership(w.deps, { ...person(other), role: 'admin' });
    const acting = await enter(user(), 'auths:use', other);
    await expect(demandUse(w.deps, acting, authId)).rejects.toMatchObject(nowhere);
  });

  it('R27 by an end user is of the own auths alone', async () => {
    const session = (endUserId?: string) =>
      user({ type: 'end_user', role: 'end_user', workspaceId: team, endUserId });
    const [own, plain] = [await authThere('customer-1'), await authThere()];
    await expect(demandUse(w.deps, session('customer-1'), own)).resolves.toMatchObject({ role: 'end_user' });
    for (const [who, authId] of [
      ['customer-2', own],
      ['customer-1', plain],
      [undefined, own],
      [undefined, plain],
    ] as const)
      await expect(demandUse(w.deps, session(who), authId)).rejects.toMatchObject(nowhere);
  });
});
