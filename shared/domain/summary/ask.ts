import { newEvent } from '../../events.ts';
import type { Deps } from '../../ports.ts';
import { iso } from '../inputs.ts';
import { insertAndTell, replaceAndTell } from '../outbox.ts';
import type { Scope } from './count-auths.ts';
import { SummaryDue } from './events.ts';
import { summaries, type Summary } from './summary.ts';

/** Whoever counts is cut off before this. */
const patience = 6 * 60_000;

/** Asks for a new count. `item` is the summary as it was read; when it was written meanwhile, somebody else has asked, or counted. */
export const askForCount = async (deps: Deps, scope: Scope, item: Summary | undefined): Promise<void> => {
  const now = deps.clock.now();
  const { organizationId, workspaceId } = scope;
  const data = { workspaceId: workspaceId ?? null, askedAt: iso(now) };
  const event = newEvent(deps, SummaryDue, { organizationId, data });
  const asked = { at: now, until: now + patience };
  await (item
    ? replaceAndTell(deps, summaries, { ...item, asked, outbox: [...item.outbox, event] })
    : insertAndTell(deps, summaries, { organizationId, workspaceId, asked, outbox: [event], revision: 0 }));
};
