import { beforeEach, describe, expect, it } from '@jest/globals';
import { memberships, membershipKey } from '#shared/domain/members/membership.ts';
import { putMember } from '#shared/domain/members/put.ts';
import { putMembership } from '#shared/domain/members/put-in-workspace.ts';
import { removeMember } from '#shared/domain/members/remove.ts';
import type { Deps } from '#shared/ports.ts';
import type { OrganizationRole, WorkspaceRole } from '#shared/permissions.ts';
import { personalWorkspace } from '#shared/domain/workspaces/personal.ts';
import { finishWorkspaceRemoval } from '#shared/domain/workspaces/finish-removal.ts';
import { workspaceKey, workspaces } from '#shared/domain/workspaces/workspace.ts';
import { removalKey, removals } from '#shared/domain/workspaces/removal.ts';
import { day, world, type World } from '../../../support/deps.ts';
import { actor, legacyService, sharedWorkspace } from '../../../support/nouns.ts';
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

const personalOf = (userId: string, deps: Deps = w.deps) =>
  personalWorkspace(deps, { organizationId: w.organizationId, userId });
const workspaceNow = (id: string) => w.deps.store.get(workspaces, workspaceKey(w.organizationId, id));
const planOf = (id: string) => w.deps.store.get(removals, removalKey(w.organizationId, id));

describe('a personal workspace that is handed on', () => {
  it('R54 is kept for 30 days when its heir was removed in the same moment', async () => {
    await put('heir', 'admin');
    const { id } = await personalOf('user-1');
    const late = overtaken(w.deps, { before: 'replace', of: 'member' }, () => leave('heir'));
    await leave('user-1', 'heir', late.deps);
    expect(late.happened()).toBe(true);
    expect(await workspaceNow(id)).toMatchObject({ ownerId: 'user-1' });
    expect(await planOf(id)).toMatchObject({ reason: 'member_left', beginsAt: w.clock.now() + 30 * day });
  });

  it('R54 is kept for 30 days when its heir is removed while it is handed on', async () => {
    await put('heir', 'admin');
    const { id } = await personalOf('user-1');
    const late = overtaken(w.deps, { before: 'replace', of: 'workspace' }, () => leave('heir'));
    await leave('user-1', 'heir', late.deps);
    expect(late.happened()).toBe(true);
    expect(await workspaceNow(id)).toMatchObject({ ownerId: 'heir' });
    expect(await planOf(id)).toMatchObject({ ownerId: 'heir', beginsAt: w.clock.now() + 30 * day });
  });

  it('R54 comes to an end when two remove each other and name each other as heirs', async () => {
    for (const userId of ['one', 'two', 'three']) await put(userId, 'owner');
    const own = await Promise.all(['one', 'two'].map((userId) => personalOf(userId)));
    const late = overtaken(w.deps, { before: 'replace', of: 'member' }, () => leave('one', 'two'));
    await leave('two', 'one', late.deps);
    const plans = await Promise.all(own.map(({ id }) => planOf(id)));
    expect(plans).toMatchObject(own.map(() => ({ reason: 'member_left' })));
  });
});

describe('a personal workspace that is made for somebody who was removed', () => {
  it('R54 is kept for 30 days, also when the person made it in that very moment', async () => {
    const late = overtaken(w.deps, { before: 'insert', of: 'workspace' }, () => leave('user-1'));
    const { id } = await personalOf('user-1', late.deps);
    expect(late.happened()).toBe(true);
    expect(await planOf(id)).toMatchObject({ ownerId: 'user-1', beginsAt: w.clock.now() + 30 * day });
  });

  it('R54 R14 is kept for the rest of the 30 days when it is made by an import from the older system', async () => {
    await leave('user-1');
    const beginsAt = w.clock.now() + 30 * day;
    await w.clock.advance(10 * day);
    const { workspaceId } = await legacyService(w);
    expect(await planOf(workspaceId)).toMatchObject({ ownerId: 'user-1', beginsAt });
  });
});

describe('a personal workspace whose 30 days are over', () => {
  const overdue = async () => {
    await put('heir', 'admin');
    const { id } = await personalOf('user-1');
    await leave('user-1');
    await w.clock.advance(30 * day);
    return id;
  };
  /** The deletion begins, and somebody acts between its last look and its first write. */
  const begins = async (workspaceId: string, act: () => Promise<unknown>) => {
    const late = overtaken(w.deps, { before: 'remove', of: 'workspace' }, act);
    await finishWorkspaceRemoval(late.deps, { organizationId: w.organizationId, workspaceId });
    expect(late.happened()).toBe(true);
  };

  it('R54 is kept for one who is back in the moment in which it was to be deleted', async () => {
    const id = await overdue();
    await begins(id, () => put('user-1'));
    expect(await workspaceNow(id)).toMatchObject({ ownerId: 'user-1' });
    expect(await planOf(id)).toBeUndefined();
  });

  it('R54 is kept for the heir to whom it was handed in the moment in which it was to be deleted', async () => {
    const id = await overdue();
    await begins(id, async () => {
      await put('user-1');
      await leave('user-1', 'heir');
    });
    expect(await workspaceNow(id)).toMatchObject({ ownerId: 'heir' });
    expect(await planOf(id)).toBeUndefined();
  });

  it('R54 is kept for 30 days more when its person was back and left in the moment in which it was to be deleted', async () => {
    const id = await overdue();
    await begins(id, async () => {
      await put('user-1');
      await leave('user-1');
    });
    expect(await workspaceNow(id)).toMatchObject({ ownerId: 'user-1' });
    expect(await planOf(id)).toMatchObject({ beginsAt: w.clock.now() + 30 * day });
  });
});
