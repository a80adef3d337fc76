import { notFound } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { forgetSession } from './recent-session.ts';
import { endUserSessionKey, endUserSessions } from './session.ts';

interface SessionInWorkspace {
  readonly organizationId: string;
  readonly workspaceId: string;
  readonly endUserSessionId: string;
}

/** Ends a session of a workspace; other processes that have just used it forget it within ten seconds. */
export const removeEndUserSession = async (
  deps: Deps,
  { organizationId, workspaceId, endUserSessionId }: SessionInWorkspace,
): Promise<void> => {
  const session = await deps.store.get(endUserSessions, endUserSessionKey(organizationId, endUserSessionId));
  // One that is over is gone for all, though the table may keep it a while.
  if (session?.workspaceId !== workspaceId || session.expiresAt <= deps.clock.now())
    throw notFound('end_user_session');
  await deps.store.remove(endUserSessions, session);
  forgetSession(deps, session);
};
