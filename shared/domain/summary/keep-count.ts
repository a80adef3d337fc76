import type { Deps } from '../../ports.ts';
import { replaceAndTell } from '../outbox.ts';
import { countAuths, type Scope } from './count-auths.ts';
import type { Counted } from './counts.ts';
import { summaries, summaryKey, type Summary } from './summary.ts';

interface Due extends Scope {
  /** A count that began at this time or later is what was asked for. */
  readonly askedAt: number;
}

const tries = 20;

/** The summary with a newer count. Who asked before the count began waits no more. */
const withCount = ({ asked, ...item }: Summary, counted: Counted): Summary => ({
  ...item,
  counted,
  asked: asked && asked.at > counted.at ? asked : undefined,
});

/**
 * Counts what was asked for, unless that was counted since, and keeps it whole. A process that dies leaves nothing behind:
 * the message comes again and all is counted anew.
 */
export const keepCount = async (deps: Deps, { askedAt, ...scope }: Due): Promise<void> => {
  const isDone = ({ counted }: Summary) => counted !== undefined && counted.at >= askedAt;
  const item = await deps.store.get(summaries, summaryKey(scope));
  if (!item || isDone(item)) return;
  const counted = await countAuths(deps, scope);
  if (!counted) return;
  // The clock of who asked may be a little ahead of ours.
  const kept = { ...counted, at: Math.max(counted.at, askedAt) };
  for (let round = 0; round < tries; round += 1) {
    const current = await deps.store.get(summaries, summaryKey(scope));
    if (!current || (current.counted?.at ?? 0) >= kept.at) return;
    if (await replaceAndTell(deps, summaries, withCount(current, kept))) return;
  }
  throw new Error('Too many writers met on a summary.');
};
