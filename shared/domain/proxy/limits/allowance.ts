import type { Deps } from '../../../ports.ts';
import { flights, memory } from '../../memory.ts';
import type { Rate } from '../../services/limits.ts';
import { rateLimited } from './refusal.ts';
import { keyIn, type Scope } from './scope.ts';
import { takeChunk } from './window.ts';

/** What this process may still call without asking, in the stretch that began then. */
interface Held {
  began: number;
  left: number;
  used: number;
  /** How many calls wait for more. */
  waiting: number;
  /** Whether all of the stretch is given away: then nobody need be asked until its end. */
  over: boolean;
}

/** Longer than the longest stretch. */
const held = memory<Held>(2 * 86_400_000);
const flight = flights<boolean>();
const contended = 1000;

/** Twice what was used so far, at the least what waits: who is called little takes little that might lie unused. */
const lease = async (deps: Deps, scope: Scope, { rate, known }: { rate: Rate; known: Held }) => {
  const calls = Math.max(known.used, known.waiting);
  const chunk = await takeChunk(deps, keyIn(scope, 'CALLS'), { rate, calls });
  if (!chunk) return false;
  if (chunk.began !== known.began) Object.assign(known, { began: chunk.began, left: 0, used: 0 });
  known.left += chunk.calls;
  known.over = chunk.calls === 0;
  return true;
};

/** Undoes a call that was not sent after all. */
export type PutBack = () => void;

/**
 * Takes one call of what a scope allows: from what this process holds, else from what all share, once for all who ask meanwhile.
 * What is refused costs no read until the stretch is over. Rejects with 429 `rate_limited`.
 */
export const takeCall = async (deps: Deps, scope: Scope, rate: Rate): Promise<PutBack> => {
  const { partition, sort } = keyIn(scope, 'CALLS');
  // An edit of the limit begins anew.
  const name = [partition, sort, rate.calls, rate.seconds].join('/');
  const known = await held.recall(deps, name, () =>
    Promise.resolve({ began: -1, left: 0, used: 0, waiting: 0, over: false }),
  );
  for (;;) {
    const wait = known.began < 0 ? 0 : known.began + rate.seconds * 1000 - deps.clock.now();
    if (wait > 0 && known.left > 0) {
      const { began } = known;
      known.left -= 1;
      known.used += 1;
      return () => {
        if (known.began === began) Object.assign(known, { left: known.left + 1, used: known.used - 1 });
      };
    }
    if (wait > 0 && known.over) throw rateLimited(scope.of, rate, wait);
    known.waiting += 1;
    const leased = await flight(deps, name, () => lease(deps, scope, { rate, known })).finally(() => {
      known.waiting -= 1;
    });
    if (!leased) throw rateLimited(scope.of, rate, contended);
  }
};
