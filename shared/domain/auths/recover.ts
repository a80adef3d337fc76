import type { Deps } from '../../ports.ts';
import { replaceAndTell } from '../outbox.ts';
import { currentService, type ServiceInUse } from '../services/current.ts';
import { authKey, auths, credentialRef, type Auth } from './auth.ts';
import { commitRenewal } from './commit.ts';
import { loadCredential } from './credential.ts';
import { findInEscrow, moveToVault } from './escrow.ts';
import { planRevocation } from './revocation.ts';

/** What was found of an open intent. `held`: its answer lies in escrow, and the vault still does not take it. */
export type Recovered = 'committed' | 'held' | 'nothing';

/**
 * Commits what a worker has left of its attempt and not committed: in the vault, or in escrow. `nothing` when it left nothing,
 * or has committed meanwhile.
 */
export const recover = async (deps: Deps, auth: Auth, known?: ServiceInUse): Promise<Recovered> => {
  const { attempt, organizationId, id: authId } = auth;
  if (!attempt) return 'nothing';
  let credential = await loadCredential(deps, auth, attempt.id);
  if (!credential) {
    const escrow = await findInEscrow(deps, { organizationId, authId, version: attempt.id });
    if (!escrow) return 'nothing';
    const moved = await moveToVault(deps, escrow);
    if (moved.kind !== 'moved') return moved.kind === 'refused' ? 'held' : 'nothing';
    credential = moved.credential;
  }
  const service = known ?? (await currentService(deps, auth));
  const ref = { organizationId, authId };
  const written = await commitRenewal(deps, ref, { attempt, held: auth, credential, service });
  return written ? 'committed' : 'nothing';
};

/** Ends a lease whose holder is gone, while the next try has its time: what it left is looked for, the intent stays open. */
export const settleLease = async (deps: Deps, auth: Auth): Promise<void> => {
  const { attempt } = auth;
  if (!attempt || (await recover(deps, auth)) === 'committed') return;
  await replaceAndTell(deps, auths, { ...auth, attempt: { ...attempt, until: 0 } });
};

/**
 * An auth that was deleted during its renewal leaves nothing in the vault; its remover may have emptied it too early, or may not
 * yet have noted what is to be revoked with what lies there.
 */
export const forgetIfGone = async (
  deps: Deps,
  auth: Pick<Auth, 'organizationId' | 'workspaceId' | 'id'>,
): Promise<undefined> => {
  const current = await deps.store.get(auths, authKey(auth.organizationId, auth.id));
  if (current?.state === 'deleting') await planRevocation(deps, current);
  if (!current || current.state === 'deleting') await deps.vault.remove(credentialRef(auth));
};
