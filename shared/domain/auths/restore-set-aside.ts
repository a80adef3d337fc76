import type { Deps } from '../../ports.ts';
import { every } from '../paging.ts';
import { amendAuth, type AuthRef } from './amend.ts';
import { authsOf } from './auth.ts';
import { chance } from '../chance.ts';
import { remains } from './remains.ts';

/** Over how long the renewals of restored auths are spread, in milliseconds. */
const spread = 5 * 60_000;

const restore = async (deps: Deps, ref: AuthRef): Promise<boolean> => {
  const restored = await amendAuth(deps, ref, (auth) => {
    if (auth.setAsideAt === undefined || auth.state === 'deleting') return undefined;
    const { setAsideAt, attempt, ...kept } = auth;
    const now = deps.clock.now();
    const refreshAt = now + Math.floor(chance(deps) * spread);
    // A lease that its holder left is over; the intent stays, for nobody knows what came of it. A call may hold one just now.
    const held = attempt && { ...attempt, until: attempt.until > now ? attempt.until : 0 };
    return { ...kept, refreshAt, attempt: held };
  });
  return restored !== undefined;
};

/**
 * Makes all auths of a workspace that are set aside due again, within five minutes: for when their common cause is repaired.
 * They stay `failing` until a renewal has an outcome. Answers how many there were; again, there are none.
 */
export const restoreSetAside = async (
  deps: Deps,
  { organizationId, workspaceId }: { readonly organizationId: string; readonly workspaceId: string },
): Promise<number> => {
  let count = 0;
  // Read by little, so that one that cannot be read does not stand in the way of the others.
  for await (const { id: authId, setAsideAt } of every(
    deps.store,
    remains,
    authsOf(organizationId, workspaceId),
  ))
    if (authId !== undefined && setAsideAt !== undefined && (await restore(deps, { organizationId, authId })))
      count += 1;
  return count;
};
