import type { Deps } from '../../ports.ts';
import { flights } from '../memory.ts';
import type { ServiceInUse } from '../services/current.ts';
import type { Auth } from './auth.ts';
import { forgetAuth } from './recent.ts';
import { writeUse } from './write-use.ts';

/** Much less than the days after which an auth is idle, and much more than the time between calls. Milliseconds. */
const rest = 6 * 3_600_000;

const flight = flights<undefined>();

/**
 * Notes on an auth that was just read that it is used, at most once in six hours: one write over what was read. Never rejects:
 * who was first has noted as much, and a store that fails at this keeps no call from its answer; the next call tries again.
 */
export const noteUse = async (deps: Deps, auth: Auth, service: ServiceInUse): Promise<void> => {
  const now = deps.clock.now();
  if (auth.usedAt !== undefined && now - auth.usedAt < rest) return;
  await flight(deps, `${auth.organizationId}/${auth.id}`, async () => {
    await writeUse(deps, auth, service).catch(() => undefined);
    forgetAuth(deps, { organizationId: auth.organizationId, authId: auth.id });
    return undefined;
  });
};
