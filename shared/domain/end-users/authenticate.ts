import type { Deps } from '../../ports.ts';
import type { Actor } from '../actor.ts';
import { tokenFits } from '../keys/key.ts';
import { memory } from '../memory.ts';
import { isStanding } from '../workspaces/standing.ts';
import { endUserSessionKey, endUserSessions, readEndUserToken, type EndUserSession } from './session.ts';

/** A session that was ended works for this long at the most where it was just used. */
const recent = memory<EndUserSession | undefined>(10_000);

/** Says that this process ended a session. */
export const forgetSession = (deps: Deps, { organizationId, id }: EndUserSession): void =>
  recent.forget(deps, `${organizationId}/${id}`);

/** The end user whose session this is; undefined when it is not one, or no longer, or when its workspace was deleted. */
export const authenticateEndUser = async (deps: Deps, text: string): Promise<Actor | undefined> => {
  const read = readEndUserToken(text);
  if (!read) return undefined;
  const { organizationId, id, token } = read;
  const session = await recent.recall(deps, `${organizationId}/${id}`, () =>
    deps.store.get(endUserSessions, endUserSessionKey(organizationId, id)),
  );
  if (!session || !tokenFits(token.reveal(), session.hash) || session.expiresAt <= deps.clock.now())
    return undefined;
  if (!(await isStanding(deps, session))) return undefined;
  const { workspaceId, endUserId } = session;
  // Known by the session and not by the person: what is written down of an actor then names nobody.
  return { type: 'end_user', id, organizationId, workspaceId, endUserId, role: 'end_user' };
};
