import { SessionDue } from '#shared/domain/connect/events.ts';
import { settleDueSession } from '#shared/domain/connect/finish.ts';
import { reactionTo } from '#shared/entry/reaction.ts';

/** Finishes or fails the connect sessions whose process is gone. */
export const handler = reactionTo('settle-sessions', SessionDue, async (deps, { organizationId, data }) => {
  for (const sessionId of data.sessionIds) await settleDueSession(deps, { organizationId, sessionId });
});
