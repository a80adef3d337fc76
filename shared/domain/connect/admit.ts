import { AppError } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { admitEndUser } from '../end-users/admit.ts';
import type { Session, SessionFailure } from './session.ts';

/** Rejects unless the end user of a session may still get a new auth; what exists may be connected again (R26). */
export const admitSession = async (deps: Deps, session: Session): Promise<void> => {
  if (!session.renews) await admitEndUser(deps, session);
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
