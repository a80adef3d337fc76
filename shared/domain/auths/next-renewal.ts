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
}

/** The end of the refresh token, where there is one and the provider told. */
const refreshEnd = ({ lineage, refreshExpiresAt }: Held): number =>
  lineage === undefined ? Infinity : (refreshExpiresAt ?? Infinity);

/**
 * When an auth is looked at again, in milliseconds: ahead of the end of its access token where it can be renewed, else at the
 * end itself; an idle one only once a day (ADR 0016). Whatever holds else, a refresh token is spent well before its own end.
 * Undefined when nothing ends.
 */
export const nextRenewal = (
  id: string,
  held: Held,
  { canRenew, idle }: Circumstances,
): number | undefined => {
  const { version, obtainedAt, accessExpiresAt } = held;
  if (!canRenew) return accessExpiresAt;
  const of = { id, version, obtainedAt };
  const ahead = accessExpiresAt === undefined ? Infinity : refreshTime({ ...of, expiresAt: accessExpiresAt });
  const wished = idle ? Math.max(ahead, idleTime(of)) : ahead;
  const end = refreshEnd(held);
  const latest = end === Infinity ? undefined : latestRenewal({ ...of, expiresAt: end });
  const next = Math.min(wished, latest ?? Infinity);
  return next === Infinity ? undefined : next;
};
