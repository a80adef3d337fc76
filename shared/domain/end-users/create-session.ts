import { newId, newToken } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import type { Secret } from '../../secret.ts';
import { hashToken } from '../keys/key.ts';
import { demandNotForgotten } from './demand-not-forgotten.ts';
import { endUserSessions, endUserToken, type EndUserSession, type NewEndUserSession } from './session.ts';

interface CreateSessionInput {
  readonly organizationId: string;
  readonly workspaceId: string;
  readonly input: NewEndUserSession;
}

/**
 * Opens a session for an end user whom the platform knows. Only a hash of its token is stored; the token is in this answer and
 * nowhere else. Rejects with 409 `end_user_being_forgotten`.
 */
export const createEndUserSession = async (
  deps: Deps,
  { input: { endUserId, expiresInSeconds }, ...where }: CreateSessionInput,
): Promise<{ session: EndUserSession; token: Secret }> => {
  await demandNotForgotten(deps, { ...where, endUserId });
  const now = deps.clock.now();
  const token = newToken(deps.random);
  const session: EndUserSession = {
    ...where,
    id: newId('end-user session', deps),
    endUserId,
    hash: hashToken(token),
    expiresAt: now + expiresInSeconds * 1000,
    createdAt: now,
    revision: 0,
  };
  await deps.store.insert(endUserSessions, session);
  return { session, token: endUserToken(session, token) };
};
