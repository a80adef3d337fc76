import type { Deps } from '../../ports.ts';
import { history, historyOf } from '../auths/history.ts';
import { revocationKey, revocations } from '../auths/revocation.ts';
import { AuthRevocationFailed, AuthRevoked } from '../auths/events.ts';
import { every } from '../paging.ts';
import { amendReceipt } from './destroy.ts';
import type { ForgottenAuth, Receipt } from './receipt.ts';

/** How long an outcome may be on its way into the history after nothing was there to be revoked any more. Milliseconds. */
const patience = 3_600_000;

const outcomeOf = async (
  deps: Deps,
  { organizationId }: Receipt,
  auth: ForgottenAuth,
): Promise<ForgottenAuth> => {
  if (auth.revocation !== 'pending') return auth;
  const { authId } = auth;
  for await (const { event } of every(deps.store, history, historyOf(organizationId, authId))) {
    if (event.type === AuthRevoked.type) return { ...auth, revocation: 'revoked' };
    if (event.type !== AuthRevocationFailed.type) continue;
    const { code } = AuthRevocationFailed.data.parse(event.data);
    return { ...auth, revocation: 'failed', code };
  }
  if (await deps.store.get(revocations, revocationKey(organizationId, authId))) return auth;
  const now = deps.clock.now();
  if (auth.missedAt === undefined) return { ...auth, missedAt: now };
  return now < auth.missedAt + patience ? auth : { ...auth, revocation: 'unknown' };
};

/** Writes into a receipt how the providers took the revocations, as far as that is known by now. */
export const gatherOutcomes = async (deps: Deps, receipt: Receipt): Promise<Receipt> => {
  const known = new Map<string, ForgottenAuth>();
  for (const auth of receipt.auths) {
    const outcome = await outcomeOf(deps, receipt, auth);
    if (outcome !== auth) known.set(auth.authId, outcome);
  }
  const written = await amendReceipt(deps, receipt, (current) =>
    known.size === 0
      ? undefined
      : { ...current, auths: current.auths.map((auth) => known.get(auth.authId) ?? auth) },
  );
  return written ?? receipt;
};
