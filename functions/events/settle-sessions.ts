import { SessionDue } from '#shared/domain/connect/events.ts';
import { settleDueSession } from '#shared/domain/connect/finish.ts';
import { sideBySide } from '#shared/domain/side-by-side.ts';
import { reactionTo } from '#shared/entry/reaction.ts';

/** Finishes or fails the connect sessions whose process is gone. */
export const handler = reactionTo('settle-sessions', SessionDue, (deps, { organizationId, data }) =>
  sideBySide(data.sessionIds, (sessionId) => settleDueSession(deps, { organizationId, sessionId })),
);
