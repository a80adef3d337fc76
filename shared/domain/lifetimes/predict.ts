import type { Clock } from './clocks.ts';
import type { Confidence } from './confidences.ts';
import type { Lifetime, Limit } from './lifetime.ts';

/** An auth as its clocks see it. Times are milliseconds since 1970. */
export interface Life {
  readonly lifetime: Lifetime;
  readonly consentedAt: number;
  /** When the credential in hand came: at the consent, or by the last renewal. */
  readonly obtainedAt: number;
  /** When the refresh token in hand came. */
  readonly tokenSince: number;
  readonly usedAt?: number | undefined;
  /** How the credential is had anew: by a refresh token, by asking again with what the person gave, or by a consent alone. */
  readonly renewal: 'refresh' | 'issue' | 'none';
  readonly accessExpiresAt?: number | undefined;
  /** The end of the refresh token, as the provider told it. */
  readonly refreshExpiresAt?: number | undefined;
  /** Whether the last renewal left that end where it was. */
  readonly endStays?: boolean | undefined;
  /** The end that the provider's test status means, as it was known at the consent or became known since. */
  readonly demo?: { readonly end: number; readonly confidence?: Confidence | undefined } | undefined;
  /** The age at which auths of this service were seen to end, in seconds. */
  readonly suspectedLifetime?: number | undefined;
  readonly now: number;
}

/** An end of an auth, by one clock. */
export interface End {
  readonly reason: Clock;
  readonly end: number;
  /** From when that clock counts. */
  readonly since: number;
  /** Whether a renewal moves it. */
  readonly moves: boolean;
  /** Absent where it is what people recorded of the umbrella application. */
  readonly confidence?: Confidence | undefined;
}

type Ends = readonly End[];

const from = (reason: Clock, since: number, limit: Limit | undefined, moves = false): Ends =>
  limit ? [{ reason, since, end: since + limit.milliseconds, moves, confidence: limit.confidence }] : [];

/**
 * The end that the provider has told: of the refresh token or, where there is none, of the access token. A renewal may move the
 * former, as long as none has shown that it does not. An access token that can be renewed is no end.
 */
const announced = (life: Life): Ends => {
  const { renewal, refreshExpiresAt, accessExpiresAt, consentedAt, obtainedAt, endStays = false } = life;
  if (renewal === 'issue') return [];
  const end = renewal === 'refresh' ? refreshExpiresAt : accessExpiresAt;
  if (end === undefined) return [];
  const moves = renewal === 'refresh' && !endStays;
  const since = renewal === 'refresh' && endStays ? consentedAt : obtainedAt;
  return [{ reason: 'announced', end, since, moves, confidence: 'provider' }];
};

/** Nothing older than the last answer is held where a credential is asked for anew: neither rest nor age ends it. */
const ofTheToken = (life: Life): Ends => {
  const { lifetime, renewal, consentedAt, obtainedAt, tokenSince, usedAt = 0 } = life;
  if (renewal === 'issue') return [];
  const renews = renewal === 'refresh';
  const { idle, absolute } = lifetime;
  // A provider sees a refresh token used when it is spent, and any other credential when a call bears it.
  const idleSince = renews ? obtainedAt : Math.max(obtainedAt, usedAt);
  const restarts = renews && absolute?.restarts === true;
  // A renewal that has left the token as it was shows that it is not replaced.
  const replaced = restarts && tokenSince >= obtainedAt;
  return [
    ...from('idle', idleSince, idle, renews),
    ...from('absolute', restarts ? tokenSince : consentedAt, absolute, replaced),
  ];
};

/** Not where it is past: an auth that is older than that has shown the guess to be wrong. */
const learned = ({ suspectedLifetime, consentedAt, now }: Life): Ends => {
  if (suspectedLifetime === undefined) return [];
  const end = consentedAt + suspectedLifetime * 1000;
  return end <= now
    ? []
    : [{ reason: 'learned', end, since: consentedAt, moves: false, confidence: 'learned' }];
};

/** All ends of an auth that are known. What the provider has told of its token wins over what is known of such tokens. */
export const endsOf = (life: Life): Ends => {
  const { lifetime, consentedAt, demo } = life;
  const told = announced(life);
  return [
    ...from('consent', consentedAt, lifetime.consent),
    ...(told.length > 0 ? told : ofTheToken(life)),
    ...(demo ? [{ reason: 'demo' as const, since: consentedAt, moves: false, ...demo }] : []),
    ...learned(life),
  ];
};

const inOrder = (life: Life): Ends => endsOf(life).toSorted((a, b) => a.end - b.end);

/** The earliest end of an auth (R43); of two at the same moment the one that is known better. Undefined where none is known. */
export const predictedEnd = (life: Life): End | undefined => inOrder(life)[0];

/** The earliest still ahead that no renewal moves. */
export const lastingEnd = (life: Life): End | undefined =>
  inOrder(life).find(({ moves, end }) => !moves && end > life.now);
