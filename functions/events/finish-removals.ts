import { RemovalDue } from '#shared/domain/auths/events.ts';
import { finishRemoval } from '#shared/domain/auths/remove.ts';
import { reactionTo } from '#shared/entry/reaction.ts';

/** Finishes deletions that were begun. */
export const handler = reactionTo('finish-removals', RemovalDue, async (deps, { organizationId, data }) => {
  for (const authId of data.authIds) await finishRemoval(deps, { organizationId, authId });
});
