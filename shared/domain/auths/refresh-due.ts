import { AppError } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { sideBySide } from '../side-by-side.ts';
import { freshCredential } from './fresh-credential.ts';

/** Renews one auth if it is due. That the provider said no, or that it is gone, is an outcome and no failure of the message. */
const refreshDue = async (deps: Deps, organizationId: string, authId: string): Promise<void> => {
  try {
    await freshCredential(deps, { organizationId, authId }, { ahead: true });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
};

/** Renews those of some auths that are due, a few side by side. Harmless for the rest. Rejects when a port failed for one. */
export const refreshDueAuths = (
  deps: Deps,
  organizationId: string,
  authIds: readonly string[],
): Promise<void> => sideBySide(authIds, (authId) => refreshDue(deps, organizationId, authId));
