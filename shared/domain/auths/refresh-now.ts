import { AppError } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import type { Auth } from './auth.ts';
import { freshCredential } from './fresh-credential.ts';
import { getAuth, type AuthInWorkspace } from './get.ts';
import { forgetTrouble } from './trouble.ts';

/** The provider was asked and said no, or the auth is over: an outcome like any other. */
const judged = ['refresh_failed', 'needs_reconnect'];

/**
 * Renews an auth because a person asked, however fresh it is. The way back for one that was set aside: any outcome restores it,
 * also that the provider says no. Rejects as `freshCredential` does.
 */
export const refreshNow = async (deps: Deps, where: AuthInWorkspace): Promise<Auth> => {
  const { credential } = await getAuth(deps, where);
  const options = { otherThan: credential.version, insist: true };
  try {
    const auth = await freshCredential(deps, where, options);
    await forgetTrouble(deps, where);
    return auth;
  } catch (error) {
    if (error instanceof AppError && judged.includes(error.code)) await forgetTrouble(deps, where);
    throw error;
  }
};
