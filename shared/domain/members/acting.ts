import { notFound } from '../../errors.ts';
import type { WorkspaceRole } from '../../permissions.ts';
import type { Deps } from '../../ports.ts';
import { sees, type Actor } from '../actor.ts';
import { memory } from '../memory.ts';
import type { Workspace } from '../workspaces/workspace.ts';
import { membershipKey, memberships } from './membership.ts';

type Where = Pick<Workspace, 'id' | 'kind' | 'ownerId'>;

/** A change of a role counts for this long at the latest everywhere. */
const recent = memory<WorkspaceRole | undefined>(10_000);

const roleIn = (deps: Deps, { organizationId, id: userId }: Actor, { id }: Where) =>
  recent.recall(deps, `${organizationId}/${id}/${userId}`, async () => {
    const found = await deps.store.get(memberships, membershipKey(organizationId, id, userId));
    return found?.role;
  });

/** Says that this process wrote a membership. */
export const forgetRole = (deps: Deps, organizationId: string, workspaceId: string, userId: string): void =>
  recent.forget(deps, `${organizationId}/${workspaceId}/${userId}`);

/**
 * The caller as it acts in a workspace, with the role that it has there, wherever it acted before. 404 `workspace_not_found`, the same as for one that does
 * not exist, when it may not know of it (R8).
 */
export const actingIn = async (deps: Deps, actor: Actor, workspace: Where): Promise<Actor> => {
  if (!sees(actor, workspace.id)) throw notFound('workspace');
  // Admins and owners of the organization are it everywhere; a key has its role wherever it is let.
  const { organizationRole = actor.role } = actor;
  if (actor.type !== 'user' || organizationRole !== 'member') return actor;
  const isOwn = workspace.kind === 'personal' && workspace.ownerId === actor.id;
  const role = isOwn ? 'admin' : await roleIn(deps, actor, workspace);
  if (!role) throw notFound('workspace');
  return { ...actor, role, organizationRole };
};
