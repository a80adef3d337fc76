import { beforeEach, describe, expect, it } from '@jest/globals';
import { personalWorkspace, personalWorkspaceFor } from '#shared/domain/workspaces/personal.ts';
import { createWorkspaceAs } from '#shared/domain/workspaces/create-as.ts';
import { listWorkspaces } from '#shared/domain/workspaces/list.ts';
import { putMembership } from '#shared/domain/members/put-in-workspace.ts';
import { workspaces, workspacesOf, type Workspace } from '#shared/domain/workspaces/workspace.ts';
import type { Actor } from '#shared/domain/actor.ts';
import { every } from '#shared/domain/paging.ts';
import type { Deps } from '#shared/ports.ts';
import { otherProcess, world, type World } from '../../../support/deps.ts';
import { actor, sharedWorkspace } from '../../../support/nouns.ts';

let w: World;
beforeEach(async () => {
  w = await world();
});

const all = async () => {
  const found: Workspace[] = [];
  for await (const each of every(w.deps.store, workspaces, workspacesOf(w.organizationId))) found.push(each);
  return found;
};
const mine = (deps: Deps = w.deps) =>
  personalWorkspace(deps, { organizationId: w.organizationId, userId: 'user-1' });
const user = (role: Actor['role'] = 'member'): Actor => ({
  type: 'user',
  id: 'user-1',
  organizationId: w.organizationId,
  role,
});

/** A process that dies at a write. */
const dying = (writes: number): Deps => {
  let left = writes;
  const insert: Deps['store']['insert'] = async (collection, item) => {
    left -= 1;
    if (left < 0) throw new Error('crash');
    return w.deps.store.insert(collection, item);
  };
  const replace: Deps['store']['replace'] = async (collection, item) => {
    left -= 1;
    if (left < 0) throw new Error('crash');
    return w.deps.store.replace(collection, item);
  };
  return otherProcess(w.deps, { store: { ...w.deps.store, insert, replace } });
};

describe('a personal workspace', () => {
  it('is one for each person, whoever asks and how often', async () => {
    const first = await mine();
    expect(first).toMatchObject({ kind: 'personal', ownerId: 'user-1' });
    expect(await mine()).toEqual(first);
    expect((await personalWorkspaceFor(w.deps, user())).id).toBe(first.id);
    const other = await personalWorkspace(w.deps, { organizationId: w.organizationId, userId: 'user-2' });
    expect(other.id).not.toBe(first.id);
  });

  it('is one when many processes make it in the same moment', async () => {
    const made = await Promise.all(Array.from({ length: 8 }, () => mine(otherProcess(w.deps))));
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    expect((await all()).filter(({ kind }) => kind === 'personal')).toHaveLength(1);
  });

  it.each([0, 1, 2])('is one when the process that makes it dies after %d writes', async (writes) => {
    await expect(mine(dying(writes))).rejects.toThrow('crash');
    const made = await mine();
    expect((await mine()).id).toBe(made.id);
    expect((await all()).filter(({ kind }) => kind === 'personal')).toHaveLength(1);
  });

  it('is a new one after the first was deleted, or handed to somebody else', async () => {
    const first = await mine();
    await w.deps.store.replace(workspaces, { ...first, ownerId: 'user-2' });
    const second = await mine();
    expect(second).toMatchObject({ ownerId: 'user-1' });
    await w.deps.store.remove(workspaces, second);
    const third = await mine();
    expect(new Set([first.id, second.id, third.id]).size).toBe(3);
    expect((await mine()).id).toBe(third.id);
  });
});

describe('the workspaces that a person sees', () => {
  const seen = async (who: Actor, query: { limit: number; cursor?: string } = { limit: 50 }) =>
    (await listWorkspaces(w.deps, who, query)).items.map(({ id, role }) => [id, role]);

  it('are those with a role, and the personal one; of admins all', async () => {
    expect(await seen(user())).toEqual([]);
    const team = await sharedWorkspace(w);
    await sharedWorkspace(w, 'Hidden');
    const place = { organizationId: w.organizationId, workspaceId: team.id, userId: 'user-1' };
    await putMembership(w.deps, { ...place, role: 'viewer', ifMatch: undefined });
    const { id } = await mine();
    expect(await seen(user())).toEqual([
      [team.id, 'viewer'],
      [id, 'admin'],
    ]);
    expect(await seen(user('admin'))).toHaveLength(4);
    expect((await seen(user('owner'))).map(([, role]) => role)).toEqual(Array(4).fill('owner'));
  });

  it('come page by page', async () => {
    const ids: string[] = [];
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      const { id } = await sharedWorkspace(w, name);
      ids.push(id);
      const place = { organizationId: w.organizationId, workspaceId: id, userId: 'user-1' };
      await putMembership(w.deps, { ...place, role: 'viewer', ifMatch: undefined });
    }
    const found: string[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await listWorkspaces(w.deps, user(), { limit: 2, ...(cursor && { cursor }) });
      expect(page.items.length).toBeLessThanOrEqual(2);
      found.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(found).toEqual(ids.toSorted());
  });
});

describe('the embedded workspace', () => {
  it('can be made again after it was deleted, and is another one then', async () => {
    const input = { by: actor(w), name: 'Embedded', kind: 'embedded' as const };
    const first = await createWorkspaceAs(w.deps, input);
    await expect(createWorkspaceAs(w.deps, input)).rejects.toMatchObject({ status: 409 });
    await w.deps.store.remove(workspaces, first);
    expect((await createWorkspaceAs(w.deps, input)).id).not.toBe(first.id);
  });
});
