import { protocolOf } from '../../protocols/protocol-of.ts';
import { firstMoment, nextMoment } from '../lifetimes/alert.ts';
import { lifetimeOf } from '../lifetimes/lifetime.ts';
import { predictedEnd, type End, type Life } from '../lifetimes/predict.ts';
import type { ServiceInUse } from '../services/current.ts';
import type { Auth } from './auth.ts';

type Foreseen = Pick<Auth, 'prediction' | 'alertAt'>;
type Seen = Pick<
  Auth,
  'credential' | 'consentedAt' | 'usedAt' | 'demo' | 'prediction' | 'alertAt' | 'alerted' | 'state'
>;

const renewalOf = ({ definition }: ServiceInUse, lineage: string | undefined): Life['renewal'] => {
  if (protocolOf(definition.auth).issue) return 'issue';
  return lineage === undefined ? 'none' : 'refresh';
};

/** An auth as its clocks see it. */
export const lifeOf = (auth: Omit<Seen, 'state'>, service: ServiceInUse, now: number): Life => {
  const { credential, consentedAt, usedAt, prediction } = auth;
  const { obtainedAt, tokenSince = consentedAt, accessExpiresAt, refreshExpiresAt, endStays } = credential;
  // Auths of before there were other clocks hold the end of the test status as their prediction alone.
  const before = prediction?.reason === 'demo' ? { end: prediction.end } : undefined;
  return {
    lifetime: lifetimeOf(service.definition),
    consentedAt,
    obtainedAt,
    tokenSince,
    usedAt,
    renewal: renewalOf(service, credential.lineage),
    accessExpiresAt,
    refreshExpiresAt,
    endStays,
    demo: auth.demo ?? before,
    suspectedLifetime: service.suspectedLifetime,
    now,
  };
};

/** What of an end is stored: not what goes without saying. */
const kept = ({ end, reason, since, moves, confidence }: End, consentedAt: number): Auth['prediction'] => ({
  end,
  reason,
  since: since === consentedAt ? undefined : since,
  moves: moves ? true : undefined,
  confidence,
});

/** When the life that ends began, and what was told of its end. */
export const endingOf = (
  { consentedAt, alerted }: Pick<Auth, 'consentedAt' | 'alerted'>,
  { end, since = consentedAt }: NonNullable<Auth['prediction']>,
) => ({ end, since, alerted });

const isSame = (one: Auth['prediction'], other: NonNullable<Auth['prediction']>): boolean =>
  one?.end === other.end && one.reason === other.reason && (one.moves ?? false) === (other.moves ?? false);

/**
 * When an auth ends as far as anybody knows, and when that is to be told next (R43). An end that stays as it was leaves the alerts
 * as they are. The moments of an end that the next renewal moves are waited for, though some are past: if all goes well,
 * they never come (ADR 0020).
 */
export const forecast = (auth: Seen, service: ServiceInUse, now: number): Foreseen => {
  const first = predictedEnd(lifeOf(auth, service, now));
  const prediction = first && kept(first, auth.consentedAt);
  if (!prediction) return { prediction: undefined, alertAt: undefined };
  // One that is over is not told of any more; if it comes back, its alerts begin where they were.
  if (isSame(auth.prediction, prediction) && auth.state !== 'needs_reconnect')
    return { prediction, alertAt: auth.alertAt };
  const ending = endingOf(auth, prediction);
  const next = prediction.moves ? nextMoment : firstMoment;
  return { prediction, alertAt: next(ending, now) };
};
