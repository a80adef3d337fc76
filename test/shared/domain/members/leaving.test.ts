import { beforeEach, describe, expect, it } from '@jest/globals';
import { memberships, membershipKey } from '#shared/domain/members/membership.ts';
import { putMember } from '#shared/domain/members/put.ts';
import { putMembership } from '#shared/domain/members/put-in-workspace.ts';
import { removeMember } from '#shared/domain/members/remove.ts';
import type { Deps } from '#shared/ports.ts';
import type { OrganizationRole, WorkspaceRole } from '#shared/permissions.ts';
import { world, type World } from '../../../support/deps.ts';
import { actor, sharedWorkspace } from '../../../support/nouns.ts';
import { overtaken } from '../../../support/overtaken.ts';

let w: World;
beforeEach(async () => {
  w = await world();
  await put('user-1');
});

const put = (userId: string, role: OrganizationRole = 'member', deps: Deps = w.deps) =>
  putMember(deps, { by: actor(w), userId, role, ifMatch: undefined });
const leave = (userId: string, handPersonalTo?: string, deps: Deps = w.deps) =>
  removeMember(deps, { by: actor(w), userId, handPersonalTo, ifMatch: undefined });
const joins = (workspaceId: string, role: WorkspaceRole, deps: Deps = w.deps) =>
  putMembership(deps, {
    organizationId: w.organizationId,
    workspaceId,
    userId: 'user-1',
    role,
    ifMatch: undefined,
  });
const roleIn = async (workspaceId: string) =>
  (await w.deps.store.get(memberships, membershipKey(w.organizationId, workspaceId, 'user-1')))?.role;

describe('a member who is removed', () => {
  it('R54 keeps no role that was edited in the moment in which it was taken', async () => {
    const { id } = await sharedWorkspace(w);
    const given = await joins(id, 'viewer');
    // By somebody who had looked before whether it is a member still.
    const edit = () => w.deps.store.replace(memberships, { ...given, role: 'admin' as const });
    const edited = overtaken(w.deps, { before: 'remove', of: 'membership' }, edit);
    await leave('user-1', undefined, edited.deps);
    expect([edited.happened(), await roleIn(id)]).toEqual([true, undefined]);
  });

  it('R54 gets no role from whoever was about to give one: 409', async () => {
    const { id } = await sharedWorkspace(w);
    const late = overtaken(w.deps, { before: 'insert', of: 'membership' }, () => leave('user-1'));
    await expect(joins(id, 'admin', late.deps)).rejects.toMatchObject({
      status: 409,
      code: 'member_removed',
    });
    expect([late.happened(), await roleIn(id)]).toEqual([true, undefined]);
  });
});
