import { AppError } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { freshCredential } from './fresh-credential.ts';

const sideBySide = 20;

/** Renews one auth if it is due. That the provider said no, or that it is gone, is an outcome and no failure of the message. */
const refreshDue = async (deps: Deps, organizationId: string, authId: string): Promise<void> => {
  try {
    await freshCredential(deps, { organizationId, authId }, { ahead: true });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
};

/** Renews those of some auths that are due, a few side by side. Harmless for the rest. Rejects when a port failed for one. */
export const refreshDueAuths = async (
  deps: Deps,
  organizationId: string,
  authIds: readonly string[],
): Promise<void> => {
  const waiting = [...authIds];
  const failures: unknown[] = [];
  const work = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      await refreshDue(deps, organizationId, id).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: sideBySide }, work));
  if (failures.length > 0) throw new AggregateError(failures, 'Some auths could not be renewed.');
};
