import type { Deps } from '../../ports.ts';
import type { AuthRef } from './amend.ts';
import type { Auth } from './auth.ts';
import { freshCredential } from './fresh-credential.ts';
import { recentAuth } from './recent.ts';
import { left, stepFor, visible } from './step.ts';

/** A recent auth that can be used as it is. Whatever else is to be said of one is said of the auth as it is now. */
const usableRecent = async (deps: Deps, ref: AuthRef, workspaceId?: string): Promise<Auth | undefined> => {
  const auth = await recentAuth(deps, ref);
  const now = deps.clock.now();
  const ready = auth.state !== 'needs_reconnect' && left(auth, now) > 0 && visible(auth, workspaceId);
  return ready && stepFor(auth, now, {}) === 'done' ? auth : undefined;
};

/**
 * An auth whose credential can be used now, as `freshCredential` has it for a workspace; one that can be used as it is may be a
 * second old. For the proxy (ADR 0031).
 */
export const recentCredential = async (deps: Deps, ref: AuthRef, workspaceId?: string): Promise<Auth> =>
  (await usableRecent(deps, ref, workspaceId)) ?? freshCredential(deps, ref, { workspaceId });
