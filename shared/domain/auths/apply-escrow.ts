import type { Deps } from '../../ports.ts';
import { currentService } from '../services/current.ts';
import { authKey, auths, credentialRef } from './auth.ts';
import { commitRenewal } from './commit.ts';
import { escrows, findInEscrow, moveToVault, type Escrow, type Held } from './escrow.ts';
import { forgetIfGone } from './recover.ts';

const pause = 60_000;

/** What the vault has taken and no auth points to is of no use any more. */
const dropUnused = async (deps: Deps, { organizationId, workspaceId, authId: id, version }: Escrow) => {
  await forgetIfGone(deps, { organizationId, workspaceId, id });
  const auth = await deps.store.get(auths, authKey(organizationId, id));
  if (auth && auth.credential.version !== version && auth.credential.before !== version)
    await deps.vault.forget(credentialRef(auth), version);
};

/**
 * Lets the vault take what it did not take before, and commits it by lineage; what is of no use any more is dropped. While the
 * vault does not take it, it is tried again each minute. Again: nothing happens.
 */
export const applyEscrow = async (deps: Deps, held: Held): Promise<void> => {
  const escrow = await findInEscrow(deps, held);
  if (!escrow) return;
  const { organizationId, authId, version, spends, epoch } = escrow;
  const auth = await deps.store.get(auths, authKey(organizationId, authId));
  // Ended by an edit, it takes nothing any more, and there may be no environment left to read the credential by.
  const takes = auth?.epoch === epoch && auth.state !== 'deleting' && auth.cause !== 'service_changed';
  if (takes) {
    const credential = await moveToVault(deps, escrow);
    if (!credential) {
      await deps.store.replace(escrows, { ...escrow, nextAt: deps.clock.now() + pause });
      return;
    }
    const service = await currentService(deps, auth);
    const attempt = { id: version, spends };
    await commitRenewal(deps, { organizationId, authId }, { attempt, held: auth, credential, service });
  }
  await dropUnused(deps, escrow);
  await deps.store.remove(escrows, escrow);
};
