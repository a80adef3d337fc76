import { AppError } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { freshCredential } from './fresh-credential.ts';
import { noteTrouble } from './note-trouble.ts';
import { isPortFailure, witnessed } from './port-failures.ts';

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
export const refreshIfDue = async (
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
