import { AppError } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { admitNew } from '../auths/admit-new.ts';
import type { Session, SessionFailure } from './session.ts';

/** Rejects unless a session may still make a new auth, as `admitNew` does. What exists may be connected again. */
export const admitSession = async (deps: Deps, session: Session): Promise<void> => {
  if (!session.renews) await admitNew(deps, session);
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
