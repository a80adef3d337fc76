import type { Deps } from '../../ports.ts';
import { iso } from '../inputs.ts';
import { nextMoment, toTell, withTelling } from '../lifetimes/alert.ts';
import { umbrellaKey, umbrellas, type Umbrella } from '../umbrellas/umbrella.ts';
import { adviceOnEnd } from './advice.ts';
import { amendAuth, type AuthRef } from './amend.ts';
import { authKey, auths, type Auth } from './auth.ts';
import { renewalComes } from './ending.ts';
import { AuthExpired, AuthExpiring, tell } from './events.ts';
import { earliest, endingOf, endsAhead } from './forecast.ts';

interface Telling {
  readonly end: NonNullable<Auth['prediction']>;
  readonly umbrella: Umbrella | undefined;
}

/** The auth after what there is to tell of one of its ends. */
const toldOf = (deps: Deps, auth: Auth, { end: prediction, umbrella }: Telling): Auth => {
  const now = deps.clock.now();
  const { end, reason } = prediction;
  const ending = endingOf(auth, prediction);
  const lead = toTell(ending, now);
  if (lead === undefined || (lead > 0 && renewalComes(auth, prediction))) return auth;
  const news = { endsAt: iso(end), reason, ...adviceOnEnd(prediction, umbrella) };
  const alerted = withTelling(ending, lead, now);
  if (lead > 0) {
    const expiring = tell(deps, AuthExpiring, auth, { ...news, leadSeconds: Math.round(lead / 1000) });
    return { ...auth, alerted, outbox: [...auth.outbox, expiring] };
  }
  const refreshAt = auth.credential.lineage === undefined ? auth.refreshAt : now;
  return { ...auth, alerted, refreshAt, outbox: [...auth.outbox, tell(deps, AuthExpired, auth, news)] };
};

/**
 * Tells of the end of an auth when its moment has come: once for each lead time, and at the end itself. Of an end that a renewal
 * moves only where none is on its way (ADR 0020). The flag blocks nothing (R41), but at the end a renewal is asked for, so
 * that a dead grant is known at once and not at the next call.
 */
const told = (deps: Deps, auth: Auth, umbrella: Umbrella | undefined): Auth | undefined => {
  const now = deps.clock.now();
  const { alertAt } = auth;
  if (alertAt === undefined || alertAt > now || auth.state === 'deleting') return undefined;
  const ends = endsAhead(auth, now);
  const moments = ends.flatMap((end) => nextMoment(endingOf(auth, end), now) ?? []);
  const next = { ...auth, alertAt: earliest(moments) };
  return ends.reduce<Auth>((before, end) => toldOf(deps, before, { end, umbrella }), next);
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
