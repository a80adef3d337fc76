import type { Deps } from '../../ports.ts';
import type { Actor } from '../actor.ts';
import { tokenFits } from '../keys/key.ts';
import { isStanding } from '../workspaces/standing.ts';
import { recentSession } from './recent-session.ts';
import { readEndUserToken } from './session.ts';

/** The end user whose session this is; undefined when it is not one, or no longer, or when its workspace was deleted. */
export const authenticateEndUser = async (deps: Deps, text: string): Promise<Actor | undefined> => {
  const read = readEndUserToken(text);
  if (!read) return undefined;
  const { organizationId, id, token } = read;
  const session = await recentSession(deps, { organizationId, id });
  if (!session || !tokenFits(token.reveal(), session.hash) || session.expiresAt <= deps.clock.now())
    return undefined;
  if (!(await isStanding(deps, session))) return undefined;
  const { workspaceId, endUserId } = session;
  // Known by the session and not by the person: what is written down of an actor then names nobody.
  return { type: 'end_user', id, organizationId, workspaceId, endUserId, role: 'end_user' };
};
