import type * as z from 'zod';
import type { Deps } from '../../ports.ts';
import { askForCount } from './ask.ts';
import { countAuths, type Scope } from './count-auths.ts';
import type { Counted } from './counts.ts';
import { showSummary, summaries, summaryKey, type SummaryView } from './summary.ts';

/** So many auths, in so many workspaces, are counted while the caller waits. */
const small = { auths: 1000, workspaces: 100 };

const minute = 60_000;
const authsPerMinute = 10_000;

/** How long a count serves: a minute, and longer where counting costs more, so that looking at it all day stays cheap. */
const lifeOf = ({ auths }: Counted): number => Math.max(1, Math.ceil(auths / authsPerMinute)) * minute;

const isSmall = ({ auths, workspaces }: Counted): boolean =>
  auths <= small.auths && workspaces <= small.workspaces;

/**
 * How the auths of an organization or a workspace fare. What is small is counted now; of what is large the last count is told,
 * and a new one asked for when that is older than it may be.
 */
export const getHealthSummary = async (deps: Deps, scope: Scope): Promise<z.infer<typeof SummaryView>> => {
  const item = await deps.store.get(summaries, summaryKey(scope));
  const last = item?.counted;
  const counting = (item?.asked?.until ?? 0) > deps.clock.now();
  if (last ? isSmall(last) : !counting) {
    const counted = await countAuths(deps, scope, small);
    if (counted) return showSummary(counted, false);
  }
  if (counting || (last && deps.clock.now() < last.at + lifeOf(last))) return showSummary(last, counting);
  await askForCount(deps, scope, item);
  return showSummary(last, true);
};
