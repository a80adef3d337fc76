import type { Deps } from '../../ports.ts';
import { flights } from '../memory.ts';
import type { ServiceInUse } from '../services/current.ts';
import { auths, type Auth } from './auth.ts';
import { renewable, restOf } from './commit.ts';
import { forecast } from './forecast.ts';
import { nextRenewal } from './next-renewal.ts';
import { forgetAuth } from './recent.ts';

/** Much less than the days after which an auth is idle, and much more than the time between calls. Milliseconds. */
const rest = 6 * 3_600_000;

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

const flight = flights<undefined>();

/**
 * Notes on an auth that was just read that it is used, at most once in six hours: one write over what was read. Never rejects:
 * who was first has noted as much, and a store that fails at this keeps no call from its answer; the next call tries again.
 */
export const noteUse = async (deps: Deps, auth: Auth, service: ServiceInUse): Promise<void> => {
  const now = deps.clock.now();
  if (auth.usedAt !== undefined && now - auth.usedAt < rest) return;
  await flight(deps, `${auth.organizationId}/${auth.id}`, async () => {
    await deps.store.replace(auths, used(auth, service, now)).catch(() => undefined);
    forgetAuth(deps, { organizationId: auth.organizationId, authId: auth.id });
    return undefined;
  });
};
