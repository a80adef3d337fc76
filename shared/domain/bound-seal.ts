import { Unsealable, type Deps } from '../ports.ts';
import type { Secret } from '../secret.ts';

/** What a sealed text is for. */
export interface Purpose {
  /** Names the organization, so that a text that was moved to another one does not open there. */
  readonly now: string;
  /** What the version before sealed it for, without the organization: such texts lie in the table for days at most. */
  readonly before: string;
}

/** Opens what was sealed for a purpose, also by the version before. Rejects with `Unsealable`. */
export const openBound = async (
  { sealer }: Pick<Deps, 'sealer'>,
  { now, before }: Purpose,
  sealed: string,
): Promise<Secret> => {
  try {
    return await sealer.open(now, sealed);
  } catch (error) {
    if (!(error instanceof Unsealable)) throw error;
    return sealer.open(before, sealed);
  }
};
