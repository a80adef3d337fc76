import { RemovalDue } from '#shared/domain/auths/due-events.ts';
import { finishRemoval } from '#shared/domain/auths/remove.ts';
import { sideBySide } from '#shared/domain/side-by-side.ts';
import { reactionTo } from '#shared/entry/reaction.ts';

/** Finishes deletions that were begun. */
export const handler = reactionTo('finish-removals', RemovalDue, (deps, { organizationId, data }) =>
  sideBySide(data.authIds, (authId) => finishRemoval(deps, { organizationId, authId })),
);
