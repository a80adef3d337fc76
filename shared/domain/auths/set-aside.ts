import type { LatchkeyEvent } from '../../events.ts';
import { eventOf } from '../../events.ts';
import type { Deps } from '../../ports.ts';
import { amendAuth } from './amend.ts';
import { AuthSetAside } from './events.ts';
import { setAsideCode } from './set-aside-code.ts';
import type { Trouble } from './trouble.ts';

const adviceOn = ({ authId, workspaceId }: Trouble): string =>
  workspaceId === undefined
    ? `The item of this auth cannot be read. Look for ${authId} in the log of refresh-auths and repair the item.`
    : `Look for ${authId} in the log of refresh-auths and repair the cause. Then POST /v1/workspaces/${workspaceId}/auths/${authId}/refresh.`;

/** The one alert of an auth that is set aside. */
export const toldAside = (deps: Pick<Deps, 'clock' | 'random'>, trouble: Trouble): LatchkeyEvent => {
  const { organizationId, authId, workspaceId = null, serviceId = null, code, tries } = trouble;
  const data = { authId, workspaceId, serviceId, code, tries, advice: adviceOn(trouble) };
  return eventOf(deps, AuthSetAside, { organizationId, data });
};

/**
 * Sets an auth aside: the schedule does not renew it any more, and one write says so in `state`, `failure` and event. The
 * auth is then `failing` with the code `set_aside`; that it became so is told by `auth.set_aside` alone, without an
 * `auth.refresh_failed`, for the provider is not at fault. One that needs a reconnect is not renewed and stays as it is.
 * Proxied calls still use its token, and renew it when that is over. Any outcome of a renewal brings it back.
 */
export const setAside = async (deps: Deps, trouble: Trouble): Promise<void> => {
  const now = deps.clock.now();
  await amendAuth(deps, trouble, (auth) => {
    if (auth.setAsideAt !== undefined || auth.state === 'needs_reconnect' || auth.state === 'deleting')
      return undefined;
    return {
      ...auth,
      state: 'failing',
      failure: { code: setAsideCode, at: now, count: (auth.failure?.count ?? 0) + 1 },
      setAsideAt: now,
      outbox: [...auth.outbox, toldAside(deps, trouble)],
    };
  });
};
