import type { Deps } from '../../ports.ts';
import type { Auth } from './auth.ts';
import { freshCredential } from './fresh-credential.ts';
import { getAuth, type AuthInWorkspace } from './get.ts';

/** Renews an auth because a person asked, however fresh it is. Rejects as `freshCredential` does. */
export const refreshNow = async (deps: Deps, where: AuthInWorkspace): Promise<Auth> => {
  const { credential } = await getAuth(deps, where);
  return freshCredential(deps, where, { otherThan: credential.version, insist: true });
};
