import type { Role } from '../../permissions.ts';
import type { Deps } from '../../ports.ts';
import type { Actor } from '../actor.ts';
import type { PageQuery } from '../inputs.ts';
import { memberships, membershipsOf } from '../members/membership.ts';
import { every, page, pageAtHand } from '../paging.ts';
import { onlyWorkspace } from './claim.ts';
import { findWorkspace, getWorkspace } from './get.ts';
import { personalOf, showWorkspace, workspaces, workspacesOf, type Workspace } from './workspace.ts';

interface Place {
  readonly id: string;
  readonly role: Role;
}

/**
 * Where a person has a role: a membership each, the personal workspace, and those that were handed to them. Few, so that they are at
 * hand whole.
 */
const placesOf = async (deps: Deps, { organizationId, id: userId }: Actor): Promise<readonly Place[]> => {
  const personal = await onlyWorkspace(deps, { organizationId, kind: 'personal', ownerId: userId });
  // The index may be a moment behind; the one that was just made is shown all the same.
  const owned = new Set(personal ? [personal.id] : []);
  for await (const { id } of every(deps.store, workspaces, personalOf(organizationId, userId))) owned.add(id);
  const places = [...owned].map((id): Place => ({ id, role: 'admin' }));
  for await (const { workspaceId, role } of every(
    deps.store,
    memberships,
    membershipsOf(organizationId, userId),
  ))
    places.push({ id: workspaceId, role });
  return places.sort((left, right) => (left.id < right.id ? -1 : 1));
};

const ownWorkspaces = async (deps: Deps, actor: Actor, query: PageQuery) => {
  const places = await placesOf(deps, actor);
  const { items, nextCursor } = pageAtHand(places, { list: 'own-workspace', query, nameOf: ({ id }) => id });
  const found = await Promise.all(
    items.map(async ({ id, role }) => {
      const workspace = await findWorkspace(deps, { organizationId: actor.organizationId, workspaceId: id });
      return workspace ? [showWorkspace(workspace, role)] : [];
    }),
  );
  return { items: found.flat(), nextCursor };
};

/**
 * The workspaces that a caller may see, each with its role there: of a person those it has a role in, of admins and owners and of
 * keys all of the organization, or the one that a key is bound to.
 */
export const listWorkspaces = async (deps: Deps, actor: Actor, query: PageQuery) => {
  const { organizationId, workspaceId, role } = actor;
  if (workspaceId !== undefined) {
    const workspace = await getWorkspace(deps, { organizationId, workspaceId });
    return { items: [showWorkspace(workspace, role)], nextCursor: null };
  }
  if (actor.type === 'user' && role === 'member') return ownWorkspaces(deps, actor, query);
  const show = (workspace: Workspace) => showWorkspace(workspace, role);
  return page(deps.store, workspaces, { ...workspacesOf(organizationId), query, show });
};
