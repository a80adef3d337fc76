import type { Deps } from '../../ports.ts';
import { memory } from '../memory.ts';
import { endUserSessionKey, endUserSessions, type EndUserSession } from './session.ts';

/** A session that was ended works for this long at the most where it was just used. */
const recent = memory<EndUserSession | undefined>(10_000);

type SessionRef = Pick<EndUserSession, 'organizationId' | 'id'>;

/** The session of an end user as it was some seconds ago at the most. */
export const recentSession = (
  deps: Deps,
  { organizationId, id }: SessionRef,
): Promise<EndUserSession | undefined> =>
  recent.recall(deps, `${organizationId}/${id}`, () =>
    deps.store.get(endUserSessions, endUserSessionKey(organizationId, id)),
  );

/** Says that this process ended a session. */
export const forgetSession = (deps: Deps, { organizationId, id }: SessionRef): void =>
  recent.forget(deps, `${organizationId}/${id}`);
