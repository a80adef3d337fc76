import { protocolOf } from '../../protocols/protocol-of.ts';
import { firstMoment, nextMoment } from '../lifetimes/alert.ts';
import { lifetimeOf } from '../lifetimes/lifetime.ts';
import { lastingEnd, predictedEnd, type End, type Life } from '../lifetimes/predict.ts';
import type { ServiceInUse } from '../services/current.ts';
import type { Auth } from './auth.ts';

type Foreseen = Pick<Auth, 'prediction' | 'lasting' | 'alertAt' | 'demo'>;
type Seen = Foreseen & Pick<Auth, 'credential' | 'consentedAt' | 'usedAt' | 'alerted' | 'state'>;

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

/** The ends that people are told of: the earliest and, until one has come that a renewal would have moved, the one that none moves. */
export const endsAhead = (
  { prediction, lasting }: Pick<Auth, 'prediction' | 'lasting'>,
  now: number,
): readonly NonNullable<Auth['prediction']>[] => {
  if (!prediction) return [];
  return lasting && (prediction.end > now || !prediction.moves) ? [prediction, lasting] : [prediction];
};

/** The first of some moments; undefined of none. */
export const earliest = (moments: readonly number[]): number | undefined =>
  moments.length === 0 ? undefined : Math.min(...moments);

const isSame = (one: Auth['prediction'], other: Auth['prediction']): boolean =>
  one?.end === other?.end &&
  one?.reason === other?.reason &&
  (one?.moves ?? false) === (other?.moves ?? false);

/**
 * When an auth ends as far as anybody knows, and when that is to be told next (R43). Ends that stay as they were leave the alerts
 * as they are. The moments of an end that the next renewal moves are waited for, though some are past: if all goes well,
 * they never come, and the earliest end that does come is told of beside it (ADR 0020).
 */
export const forecast = (auth: Seen, service: ServiceInUse, now: number): Foreseen => {
  const life = lifeOf(auth, service, now);
  const first = predictedEnd(life);
  const last = first && (first.moves || first.end <= now) ? lastingEnd(life) : undefined;
  const prediction = first && kept(first, auth.consentedAt);
  const lasting = last && kept(last, auth.consentedAt);
  // Kept, for auths of before hold it in a prediction that may become another.
  const foreseen = { prediction, lasting, demo: life.demo };
  const same = isSame(auth.prediction, prediction) && isSame(auth.lasting, lasting);
  // One that is over is not told of any more; if it comes back, its alerts begin where they were.
  if (same && auth.state !== 'needs_reconnect') return { ...foreseen, alertAt: auth.alertAt };
  const moments = endsAhead(foreseen, now).flatMap((end) => {
    const next = end.moves ? nextMoment : firstMoment;
    return next(endingOf(auth, end), now) ?? [];
  });
  return { ...foreseen, alertAt: earliest(moments) };
};
