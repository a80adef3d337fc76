import * as z from 'zod';
import { AppError } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { unlinkAuth } from '../end-users/auth-link.ts';
import { flush } from '../outbox.ts';
import { expectVersion } from '../versions.ts';
import { amendAuth, type AuthRef } from './amend.ts';
import { authKey, auths, credentialRef, type Auth } from './auth.ts';
import { AuthDeleted, tell } from './events.ts';
import { planRevocation } from './revocation.ts';
import { getAuth, type AuthInWorkspace } from './get.ts';
import { forgetAuth } from './recent.ts';
import { remains } from './remains.ts';
import { leaveTrace } from './trace.ts';

/** After this long the sweep takes it that the remover is gone. */
const patience = 60_000;

/**
 * Notes what is to be revoked, destroys the credential of an auth that is marked as deleting, then the auth; while it is being
 * renewed, the auth stays marked until that has ended. Again: nothing happens.
 */
export const finishRemoval = async (deps: Deps, { organizationId, authId }: AuthRef): Promise<void> => {
  const key = authKey(organizationId, authId);
  for (;;) {
    const auth = await deps.store.get(auths, key);
    if (auth?.state !== 'deleting') return;
    await planRevocation(deps, auth);
    await deps.vault.remove(credentialRef(auth));
    const told = await flush(deps, auths, auth);
    // Its last event goes before it does: what the bus did not take is tried again by the sweep.
    if (told.outbox.length > 0) return;
    await leaveTrace(deps, told);
    await unlinkAuth(deps, told);
    const { attempt } = told;
    // Whoever renews it may still keep an answer: the vault is emptied once more when that can no longer be.
    const done =
      attempt && attempt.until > deps.clock.now()
        ? await deps.store.replace(auths, { ...told, refreshAt: attempt.until })
        : await deps.store.remove(auths, told);
    forgetAuth(deps, { organizationId, authId });
    if (done) return;
  }
};

/** Deletes an auth: marked first, so that no renewal brings it back, then credential and auth. */
export const removeAuth = async (
  deps: Deps,
  { ifMatch, ...where }: AuthInWorkspace & { ifMatch: string | undefined },
): Promise<void> => {
  expectVersion(ifMatch, (await getAuth(deps, where)).version);
  await amendAuth(deps, where, (auth): Auth | undefined =>
    auth.state === 'deleting'
      ? undefined
      : {
          ...auth,
          state: 'deleting',
          refreshAt: deps.clock.now() + patience,
          alertAt: undefined,
          testAt: undefined,
          outbox: [...auth.outbox, tell(deps, AuthDeleted, auth, {})],
        },
  );
  await finishRemoval(deps, where);
};

const removeOrFinish = async (deps: Deps, where: AuthInWorkspace): Promise<void> => {
  try {
    await removeAuth(deps, { ...where, ifMatch: undefined });
  } catch (error) {
    if (!(error instanceof AppError) || error.status !== 404) throw error;
    await finishRemoval(deps, where);
  }
};

/**
 * Deletes an auth, or ends a deletion that somebody else has begun, while its service still tells how to revoke it. One that cannot
 * be read any more, of which nobody knows how to revoke it, goes with its credential all the same.
 */
export const destroyAuth = async (
  deps: Deps,
  { organizationId, workspaceId, authId }: AuthInWorkspace,
): Promise<void> => {
  try {
    await removeOrFinish(deps, { organizationId, workspaceId, authId });
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    await deps.vault.remove(credentialRef({ organizationId, workspaceId, id: authId }));
    const left = await deps.store.get(remains, authKey(organizationId, authId));
    if (left) await deps.store.remove(remains, { ...left, organizationId, id: authId });
  }
};
