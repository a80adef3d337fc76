import type { Deps } from '../../ports.ts';
import type { ServiceInUse } from '../services/current.ts';
import { auths, type Auth } from './auth.ts';
import { forecast } from './forecast.ts';
import { nextRenewal } from './next-renewal.ts';
import { renewable } from './renewable.ts';
import { restOf } from './rest-of.ts';

/**
 * An auth that is used is ahead of its end again: due at once where that time is past, for the sweep does not look back. What was
 * asked for earlier stays, and so does the next try after a failure: no call brings that forward.
 */
const used = (unused: Auth, service: ServiceInUse, now: number): Auth => {
  const noted = { ...unused, usedAt: now };
  const auth = { ...noted, ...forecast(noted, service, now) };
  const { refreshAt, failure } = auth;
  if (refreshAt === undefined || failure !== undefined) return auth;
  const canRenew = renewable(service, auth.credential.lineage);
  const when = { canRenew, idle: false, rest: restOf(service) };
  const ahead = nextRenewal(auth.id, auth.credential, when) ?? Infinity;
  return { ...auth, refreshAt: Math.min(refreshAt, Math.max(ahead, now)) };
};

/** Writes that an auth is used, over what was read. Undefined when it was changed meanwhile. */
export const writeUse = (deps: Deps, auth: Auth, service: ServiceInUse): Promise<Auth | undefined> =>
  deps.store.replace(auths, used(auth, service, deps.clock.now()));
