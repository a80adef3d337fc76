import { AppError } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { admitEndUser } from '../end-users/admit.ts';
import { serviceKey, services } from '../services/service.ts';
import { refuseSunset } from '../services/sunset.ts';
import type { Session, SessionFailure } from './session.ts';

/**
 * Rejects unless a session may still make a new auth: with 410 `service_sunset` (R17), or as its end user is refused (R26). What
 * exists may be connected again.
 */
export const admitSession = async (deps: Deps, session: Session): Promise<void> => {
  if (session.renews) return;
  const service = await deps.store.get(services, serviceKey(session.organizationId, session.serviceId));
  if (service) refuseSunset(deps, service);
  await admitEndUser(deps, session);
};

/** The same as a failure of the session; undefined when nothing is against it. */
export const notAdmitted = async (deps: Deps, session: Session): Promise<SessionFailure | undefined> => {
  try {
    await admitSession(deps, session);
    return undefined;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { code: error.code, message: `${error.message} Nothing was connected.` };
  }
};
