import type { Deps } from '../../ports.ts';
import { chance } from '../chance.ts';
import { waitAsked } from './limits/refusal.ts';
import { rest } from './rest.ts';

/** Beyond the wait that is asked for, so that those who were refused together do not all come back together. Milliseconds. */
const spread = 250;

interface Patient {
  /** How long it may take in all until the call is let in. Milliseconds. */
  readonly milliseconds: number;
  readonly signal: AbortSignal | undefined;
}

/** Makes a call as soon as the limits of its service let it, while that takes no longer than so. Rejects as the last try does. */
export const onceLetIn = async <T>(
  deps: Pick<Deps, 'clock' | 'random'>,
  { milliseconds, signal }: Patient,
  call: () => Promise<T>,
): Promise<T> => {
  const until = deps.clock.now() + milliseconds;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      const wait = waitAsked(error);
      if (wait === undefined || signal?.aborted || deps.clock.now() + wait > until) throw error;
      await rest(deps, wait + Math.round(chance(deps) * spread), signal);
    }
  }
};
