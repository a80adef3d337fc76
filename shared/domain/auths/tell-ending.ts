import type { Deps } from '../../ports.ts';
import { iso } from '../inputs.ts';
import { nextMoment, toTell } from '../lifetimes/alert.ts';
import { umbrellaKey, umbrellas, type Umbrella } from '../umbrellas/umbrella.ts';
import { adviceOnEnd } from './advice.ts';
import { amendAuth, type AuthRef } from './amend.ts';
import { authKey, auths, type Auth } from './auth.ts';
import { renewalComes } from './ending.ts';
import { AuthExpired, AuthExpiring, tell } from './events.ts';
import { endingOf } from './forecast.ts';

/**
 * Tells of the end of an auth when its moment has come: once for each lead time, and at the end itself. Of an end that a renewal
 * moves only where none is on its way (ADR 0020). The flag blocks nothing (R41), but at the end a renewal is asked for, so
 * that a dead grant is known at once and not at the next call.
 */
const told = (deps: Deps, auth: Auth, umbrella: Umbrella | undefined): Auth | undefined => {
  const now = deps.clock.now();
  const { prediction, alertAt } = auth;
  if (!prediction || alertAt === undefined || alertAt > now || auth.state === 'deleting') return undefined;
  const { end, reason } = prediction;
  const ending = endingOf(auth, prediction);
  const lead = toTell(ending, now);
  const next = { ...auth, alertAt: nextMoment(ending, now) };
  if (lead === undefined || (lead > 0 && renewalComes(auth))) return next;
  const news = { endsAt: iso(end), reason, ...adviceOnEnd(prediction, umbrella) };
  const alerted = { end, lead };
  if (lead > 0) {
    const expiring = tell(deps, AuthExpiring, auth, { ...news, leadSeconds: Math.round(lead / 1000) });
    return { ...next, alerted, outbox: [...auth.outbox, expiring] };
  }
  const refreshAt = auth.credential.lineage === undefined ? auth.refreshAt : now;
  return { ...next, alerted, refreshAt, outbox: [...auth.outbox, tell(deps, AuthExpired, auth, news)] };
};

/** Tells of an auth's end, if it is time. Told twice, it happens once. */
export const tellEnding = async (deps: Deps, ref: AuthRef): Promise<void> => {
  const auth = await deps.store.get(auths, authKey(ref.organizationId, ref.authId));
  if (!auth) return;
  const { organizationId, atRisk } = auth;
  const umbrella =
    atRisk && (await deps.store.get(umbrellas, umbrellaKey(organizationId, atRisk.umbrellaId)));
  await amendAuth(deps, ref, (current) => told(deps, current, umbrella));
};
