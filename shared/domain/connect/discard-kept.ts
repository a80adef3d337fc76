import type { Deps } from '../../ports.ts';
import { authKey, auths, credentialRef } from '../auths/auth.ts';
import { planRevocation } from '../auths/revocation.ts';
import type { Session } from './session.ts';

/**
 * Lets the vault drop what a session has kept and nobody will use. Where there is an auth, its credential lies there too: one
 * that is renewed, or that another page of the session has made.
 */
export const discardKept = async (
  deps: Deps,
  { organizationId, workspaceId, authId: id }: Session,
  version: string,
): Promise<void> => {
  const ref = credentialRef({ organizationId, workspaceId, id });
  const auth = await deps.store.get(auths, authKey(organizationId, id));
  // Its remover may not yet have noted what is to be revoked with the credential that lies there.
  if (auth?.state === 'deleting') await planRevocation(deps, auth);
  if (!auth || auth.state === 'deleting') await deps.vault.remove(ref);
  // Should this fail, it lies there until the auth is deleted.
  else if (auth.credential.version !== version) await deps.vault.forget(ref, version).catch(() => undefined);
};
