import type { Deps } from '../../ports.ts';
import { iso } from '../inputs.ts';
import { umbrellaKey, umbrellas } from '../umbrellas/umbrella.ts';
import { amendAuth, type AuthRef } from './amend.ts';
import { authKey, auths, type Auth } from './auth.ts';
import { AuthExpired, AuthExpiring, tell } from './events.ts';
import { adviceOnRisk } from './risk.ts';
import { currentLead, nextAlert } from './timing.ts';

type Help = ReturnType<typeof adviceOnRisk>;

/**
 * Tells of the end of an auth when its moment has come: once for each lead time, and at the end itself. The flag blocks
 * nothing (R41), but at the end a renewal is asked for, so that a dead grant is known at once and not at the next call.
 */
const told = (deps: Deps, auth: Auth, help: Help): Auth | undefined => {
  const now = deps.clock.now();
  const { prediction, alertAt, consentedAt } = auth;
  if (!prediction || alertAt === undefined || alertAt > now || auth.state === 'deleting') return undefined;
  const ending = { endsAt: iso(prediction.end), reason: prediction.reason, ...help };
  if (prediction.end <= now) {
    const expired = tell(deps, AuthExpired, auth, ending);
    const refreshAt = auth.credential.lineage === undefined ? auth.refreshAt : now;
    return { ...auth, alertAt: undefined, refreshAt, outbox: [...auth.outbox, expired] };
  }
  const lead = currentLead(consentedAt, prediction.end, now) ?? 0;
  const expiring = tell(deps, AuthExpiring, auth, { ...ending, leadSeconds: Math.round(lead / 1000) });
  return {
    ...auth,
    alertAt: nextAlert(consentedAt, prediction.end, now),
    outbox: [...auth.outbox, expiring],
  };
};

/** Tells of an auth's end, if it is time. Told twice, it happens once. */
export const tellEnding = async (deps: Deps, ref: AuthRef): Promise<void> => {
  const auth = await deps.store.get(auths, authKey(ref.organizationId, ref.authId));
  if (!auth) return;
  const { organizationId, atRisk } = auth;
  const umbrella =
    atRisk && (await deps.store.get(umbrellas, umbrellaKey(organizationId, atRisk.umbrellaId)));
  await amendAuth(deps, ref, (current) => told(deps, current, adviceOnRisk(umbrella)));
};
