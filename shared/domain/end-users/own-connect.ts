import type * as z from 'zod';
import { notFound } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { readSession } from '../connect/read.ts';
import type { NewSession, Session, SessionLink } from '../connect/session.ts';
import { startConnect } from '../connect/start.ts';
import type { EndUserRef } from './auth-link.ts';
import { getOwnAuth } from './own-auths.ts';

/**
 * Opens a connect session for the end user who acts. Rejects with 403 `solution_not_published` unless the service is one of a
 * published solution, and with 404 for an auth of somebody else's.
 */
export const startOwnConnect = async (
  deps: Deps,
  { endUserId, ...where }: EndUserRef,
  input: Omit<NewSession, 'endUserId'>,
): Promise<z.infer<typeof SessionLink>> => {
  if (input.authId !== undefined) await getOwnAuth(deps, { ...where, endUserId }, input.authId);
  return startConnect(deps, { ...where, input: { ...input, endUserId }, own: true });
};

/** How a connect session of the end user who acts stands; 404 `connect_session_not_found` for those of others. */
export const readOwnConnect = async (
  deps: Deps,
  { endUserId, ...where }: EndUserRef,
  sessionId: string,
): Promise<Session> => {
  const session = await readSession(deps, { ...where, sessionId });
  if (session.endUserId !== endUserId) throw notFound('connect_session', 'Sessions are kept for seven days.');
  return session;
};
