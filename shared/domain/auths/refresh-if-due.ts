import { AppError } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import type { AuthRef } from './amend.ts';
import { freshCredential } from './fresh-credential.ts';
import { noteTrouble } from './note-trouble.ts';
import { forgetAuth } from './recent.ts';
import { isPortFailure, witnessed } from './port-failures.ts';

/** An auth that an error of ours kept from being renewed, noted already. */
export interface Mishap {
  readonly authId: string;
  readonly error: unknown;
}

interface DueAuth extends AuthRef {
  /** Called as soon as the provider is not called any more for this auth, where it was. */
  readonly callOver?: () => void;
}

/**
 * Renews one auth if it is due. That the provider said no, or that it is gone, is an outcome and no failure of the message.
 * An error of ours is noted and answered: the sweep brings the auth again, until it is set aside. Rejects when a port failed,
 * so that the queue repeats the message and an outage sets nothing aside.
 */
export const refreshIfDue = async (
  deps: Deps,
  { callOver, ...ref }: DueAuth,
): Promise<Mishap | undefined> => {
  try {
    await freshCredential(witnessed(deps), ref, { ahead: true, callOver });
  } catch (error) {
    if (error instanceof AppError) return undefined;
    if (isPortFailure(error)) throw error;
    await noteTrouble(deps, ref, error).catch(() => {
      throw error;
    });
    return { authId: ref.authId, error };
  } finally {
    // What was written through the witness is not forgotten by itself.
    forgetAuth(deps, ref);
  }
  return undefined;
};
