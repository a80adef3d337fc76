import type { Auth } from './auth.ts';
import { idleTime, latestRenewal, refreshTime } from './timing.ts';

type Held = Pick<
  Auth['credential'],
  'version' | 'lineage' | 'obtainedAt' | 'accessExpiresAt' | 'refreshExpiresAt'
>;

interface Circumstances {
  /** Whether the credential can be had anew without a person. */
  readonly canRenew: boolean;
  readonly idle: boolean;
  /** How long the refresh token may rest, in milliseconds, where that is known though the provider tells no end. */
  readonly rest?: number | undefined;
}

/** The end of the refresh token, where there is one: as the provider told or, where it did not, by the rest that it allows. */
const refreshEnd = ({ lineage, refreshExpiresAt, obtainedAt }: Held, rest = Infinity): number =>
  lineage === undefined ? Infinity : (refreshExpiresAt ?? obtainedAt + rest);

/**
 * When an auth is looked at again, in milliseconds: ahead of the end of its access token where it can be renewed, else at the
 * end itself; an idle one only once a day (ADR 0016). Whatever holds else, a refresh token is spent well before its own end.
 * Undefined when nothing ends.
 */
export const nextRenewal = (
  id: string,
  held: Held,
  { canRenew, idle, rest }: Circumstances,
): number | undefined => {
  const { version, obtainedAt, accessExpiresAt } = held;
  if (!canRenew) return accessExpiresAt;
  const of = { id, version, obtainedAt };
  const ahead = accessExpiresAt === undefined ? Infinity : refreshTime({ ...of, expiresAt: accessExpiresAt });
  const wished = idle ? Math.max(ahead, idleTime(of)) : ahead;
  const end = refreshEnd(held, rest);
  const latest = end === Infinity ? undefined : latestRenewal({ ...of, expiresAt: end });
  const next = Math.min(wished, latest ?? Infinity);
  return next === Infinity ? undefined : next;
};
