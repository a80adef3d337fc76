import { createHash } from 'node:crypto';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** A fraction between 0 and 1 that is always the same for the same text. */
const fraction = (text: string): number =>
  createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32;

/** How long before its end a token is renewed: a tenth of its life, at most 15 minutes, at least 30 s. Whole milliseconds. */
export const margin = (lifetime: number): number =>
  Math.min(Math.max(Math.floor(lifetime / 10), 30 * second), 15 * minute);

const shortestRest = 30 * second;

/**
 * Whether a token is so near its end, or past it, that a caller waits for a renewal: less than 30 s are left, or less than half of
 * the life of one that lives for less than a minute. Being ahead of that is the schedule's work.
 */
export const endsSoon = (
  {
    obtainedAt,
    accessExpiresAt,
  }: { readonly obtainedAt: number; readonly accessExpiresAt?: number | undefined },
  now: number,
): boolean =>
  accessExpiresAt !== undefined &&
  accessExpiresAt - now < Math.min(shortestRest, Math.max(accessExpiresAt - obtainedAt, 0) / 2);

interface RefreshTimeInput {
  readonly id: string;
  readonly version: string;
  readonly obtainedAt: number;
  readonly expiresAt: number;
}

/**
 * When a token is renewed by the schedule. The jitter, up to another margin earlier, comes from id and version,
 * so that replays agree and tokens of one hour do not all come due together. Milliseconds.
 */
export const refreshTime = ({ id, version, obtainedAt, expiresAt }: RefreshTimeInput): number => {
  const ahead = margin(Math.max(expiresAt - obtainedAt, 0));
  // Not in the first half of its life, however short that is.
  const half = obtainedAt + Math.floor((expiresAt - obtainedAt) / 2);
  const earliest = Math.max(expiresAt - 2 * ahead, half);
  const latest = Math.max(expiresAt - ahead, half);
  return latest - Math.floor((latest - earliest) * fraction(`${id}/${version}`));
};

/**
 * The last moment at which a refresh token that ends is surely to be spent: a tenth to a fifth of its life before its end, as
 * id and version say, so that an outage of hours does not end the auth. Undefined when a minute is left or less: where the
 * provider moves the end of no refresh token, each renewal comes nearer to it, and this is where that stops. Milliseconds.
 */
export const latestRenewal = ({
  id,
  version,
  obtainedAt,
  expiresAt,
}: RefreshTimeInput): number | undefined => {
  const life = expiresAt - obtainedAt;
  if (life <= minute) return undefined;
  const ahead = life / 10;
  return Math.floor(expiresAt - ahead - ahead * fraction(`${id}/${version}`));
};

/** When what nobody uses is renewed: a day after it was obtained and, by id and version, up to an hour later. Milliseconds. */
export const idleTime = ({ id, version, obtainedAt }: Omit<RefreshTimeInput, 'expiresAt'>): number =>
  obtainedAt + day + Math.floor(hour * fraction(`${id}/${version}`));

/** When a credential that nothing renews is tested next: in a day or, by the id, up to a tenth of one earlier. Milliseconds. */
export const nextTest = (id: string, now: number): number =>
  now + day - Math.floor((day / 10) * fraction(id));

/**
 * How long to wait after `failures` failures in a row: full jitter up to 1 h, never less than a minute. What the provider asks
 * is a floor below the jitter, so that not all come back in the moment that it named.
 */
export const backoff = (failures: number, chance: number, floor = 0): number =>
  Math.max(minute, floor + Math.round(chance * Math.min(60 * minute, minute * 2 ** failures)));

/**
 * How long who waits for another's renewal waits until the next look: a tenth of a second at first, and longer each time up to
 * a second and a half, for hundreds may wait for a slow provider. Half of it by chance. Milliseconds.
 */
export const lookAgainAfter = (looks: number, chance: number): number =>
  Math.round(Math.min(1500, 100 * 1.5 ** looks) * (0.5 + chance / 2));

const long = [14 * day, 7 * day, 3 * day, day];
const short = [3 / 7, 1 / 7, 1 / 42];

/** The lead times at which people are told of an end: days for long lives; 72 h, 24 h and 4 h of a life of a week, in proportion. */
export const leads = (lifetime: number): readonly number[] =>
  lifetime > 14 * day
    ? long.filter((lead) => lead < lifetime)
    : short.map((share) => Math.round(lifetime * share));

/** Reads `Retry-After` (RFC 9110 §10.2.3): seconds, or a date; as milliseconds from now, at most a day. */
export const retryAfter = (value: string | undefined, now: number): number => {
  if (value === undefined) return 0;
  const delay = /^\d{1,9}$/.test(value.trim()) ? Number(value) * second : Date.parse(value) - now;
  return Number.isFinite(delay) ? Math.min(Math.max(delay, 0), day) : 0;
};
