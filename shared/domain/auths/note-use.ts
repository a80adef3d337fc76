import type { Deps } from '../../ports.ts';
import { flights } from '../memory.ts';
import type { ServiceInUse } from '../services/current.ts';
import { auths, type Auth } from './auth.ts';
import { renewable } from './commit.ts';
import { nextRenewal } from './next-renewal.ts';

/** Much less than the days after which an auth is idle, and much more than the time between calls. Milliseconds. */
const rest = 6 * 3_600_000;

/** An auth that is used is ahead of its end again. What was asked for earlier stays, and so does the next try after a failure. */
const used = (auth: Auth, service: ServiceInUse, now: number): Auth => {
  const canRenew = renewable(service, auth.credential.lineage);
  const ahead = nextRenewal(auth.id, auth.credential, { canRenew, idle: false });
  const { refreshAt, failure } = auth;
  const stays = refreshAt === undefined || failure !== undefined;
  return { ...auth, usedAt: now, refreshAt: stays ? refreshAt : Math.min(refreshAt, ahead ?? Infinity) };
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
    return undefined;
  });
};
