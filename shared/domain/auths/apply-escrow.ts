import type { Deps } from '../../ports.ts';
import { currentService } from '../services/current.ts';
import { authKey, auths, credentialRef, type Auth } from './auth.ts';
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

/** Moves what is held into the vault and commits it by lineage. False while the vault still does not take it. */
const commitHeld = async (deps: Deps, escrow: Escrow, held: Auth): Promise<boolean> => {
  const { organizationId, authId, version: id, spends } = escrow;
  const moved = await moveToVault(deps, escrow);
  if (moved.kind !== 'moved') return moved.kind === 'unreadable';
  const { credential } = moved;
  const service = await currentService(deps, held);
  const attempt = { id, spends };
  await commitRenewal(deps, { organizationId, authId }, { attempt, held, credential, service });
  return true;
};

/**
 * Lets the vault take what it did not take before, and commits it by lineage; what is of no use any more, or cannot be opened, is
 * dropped. While the vault does not take it, it is tried again each minute. Again: nothing happens.
 */
export const applyEscrow = async (deps: Deps, held: Held): Promise<void> => {
  const escrow = await findInEscrow(deps, held);
  if (!escrow) return;
  const auth = await deps.store.get(auths, authKey(escrow.organizationId, escrow.authId));
  // What an edit has ended takes nothing any more, and its environment may be gone.
  const taken = auth?.epoch === escrow.epoch && auth.state !== 'deleting' && auth.cause !== 'service_changed';
  if (taken && !(await commitHeld(deps, escrow, auth))) {
    await deps.store.replace(escrows, { ...escrow, nextAt: deps.clock.now() + pause });
    return;
  }
  await dropUnused(deps, escrow);
  await deps.store.remove(escrows, escrow);
};
