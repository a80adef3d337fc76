import { notFound } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { settleSession } from './finish.ts';
import { sessionKey, sessions, type Session } from './session.ts';

interface ReadSessionInput {
  readonly organizationId: string;
  readonly workspaceId: string;
  readonly sessionId: string;
}

/** How a connect session stands. */
export const readSession = async (deps: Deps, input: ReadSessionInput): Promise<Session> => {
  const session = await deps.store.get(sessions, sessionKey(input.organizationId, input.sessionId));
  if (session?.workspaceId !== input.workspaceId)
    throw notFound('connect_session', 'Sessions are kept for seven days.');
  return settleSession(deps, session);
};
