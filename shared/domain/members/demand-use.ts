import { AppError, notFound } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { demand, type Actor } from '../actor.ts';
import { recentAuth } from '../auths/recent.ts';
import { recentWorkspace } from '../workspaces/recent.ts';
import { actingIn } from './acting.ts';

/** Who may not know of the workspace may not know of the auth; that it cannot be told is another matter. */
const hidden = (error: unknown): never => {
  throw error instanceof AppError && error.status === 404 ? notFound('auth') : error;
};

/**
 * The caller as it acts on an auth that it may use: a person with the role in the auth's workspace, an end user on the own alone.
 * Rejects with 403; to whom the auth is no matter, with 404, as it does not exist. A key was asked for its role and its workspace
 * where it came in.
 */
export const demandUse = async (deps: Deps, actor: Actor, authId: string): Promise<Actor> => {
  if (actor.type !== 'user' && actor.type !== 'end_user') return actor;
  const { organizationId } = actor;
  const auth = await recentAuth(deps, { organizationId, authId });
  if (actor.type === 'end_user') {
    if (actor.endUserId === undefined || auth.endUserId !== actor.endUserId) throw notFound('auth');
    return actor;
  }
  const { workspaceId } = auth;
  const workspace = await recentWorkspace(deps, { organizationId, workspaceId }).catch(hidden);
  const acting = await actingIn(deps, actor, workspace).catch(hidden);
  demand(acting, 'auths:use', { kind: workspace.kind });
  return acting;
};
