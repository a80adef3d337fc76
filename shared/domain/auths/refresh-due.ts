import { AppError } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { freshCredential } from './fresh-credential.ts';
import { noteTrouble } from './note-trouble.ts';
import { isPortFailure, witnessed } from './port-failures.ts';

const sideBySide = 10;

/** An auth that an error of ours kept from being renewed, noted already. */
export interface Mishap {
  readonly authId: string;
  readonly error: unknown;
}

/**
 * Renews one auth if it is due. That the provider said no, or that it is gone, is an outcome and no failure of the message.
 * An error of ours is noted and answered: the sweep brings the auth again, until it is set aside. Rejects when a port failed,
 * so that the queue repeats the message and an outage sets nothing aside.
 */
const refreshDue = async (
  deps: Deps,
  organizationId: string,
  authId: string,
): Promise<Mishap | undefined> => {
  const ref = { organizationId, authId };
  try {
    await freshCredential(witnessed(deps), ref, { ahead: true });
  } catch (error) {
    if (error instanceof AppError) return undefined;
    if (isPortFailure(error)) throw error;
    await noteTrouble(deps, ref, error).catch(() => {
      throw error;
    });
    return { authId, error };
  }
  return undefined;
};

/**
 * Renews those of some auths that are due, a few side by side. Harmless for the rest. Answers those that errors of ours
 * kept from it. Rejects when a port failed for one.
 */
export const refreshDueAuths = async (
  deps: Deps,
  organizationId: string,
  authIds: readonly string[],
): Promise<readonly Mishap[]> => {
  const waiting = [...authIds];
  const mishaps: Mishap[] = [];
  const failures: unknown[] = [];
  const work = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      const mishap = await refreshDue(deps, organizationId, id).catch((error: unknown) => {
        failures.push(error);
      });
      if (mishap) mishaps.push(mishap);
    }
  };
  await Promise.all(Array.from({ length: sideBySide }, work));
  if (failures.length > 0) throw new AggregateError(failures, 'Some auths could not be renewed.');
  return mishaps;
};
