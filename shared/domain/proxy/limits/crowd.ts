import type { Deps } from '../../../ports.ts';
import { tooManyCalls } from './refusal.ts';

/** How many calls with one auth one process makes at once where no limit is stated, so that the others find it free. */
const most = 200;

/** The longest call that there is. What began before has been forgotten by whoever was to read its answer. */
const longest = 16 * 60_000;

const byDeps = new WeakMap<Pick<Deps, 'clock'>, Map<string, Set<{ readonly since: number }>>>();

/** Joins the calls that this process makes with an auth; answers how to leave. Rejects with 429 `too_many_calls`. */
export const joinCrowd = (deps: Pick<Deps, 'clock'>, authId: string): (() => void) => {
  const crowds = byDeps.get(deps) ?? new Map<string, Set<{ readonly since: number }>>();
  byDeps.set(deps, crowds);
  const crowd = crowds.get(authId) ?? new Set();
  const now = deps.clock.now();
  if (crowd.size >= most) for (const each of crowd) if (each.since <= now - longest) crowd.delete(each);
  if (crowd.size >= most) throw tooManyCalls('auth', most);
  crowds.set(authId, crowd);
  const call = { since: now };
  crowd.add(call);
  return () => {
    crowd.delete(call);
    if (crowd.size === 0 && crowds.get(authId) === crowd) crowds.delete(authId);
  };
};
