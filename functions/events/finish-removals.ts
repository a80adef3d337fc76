import { RemovalDue } from '#shared/domain/auths/due-events.ts';
import { finishRemoval } from '#shared/domain/auths/remove.ts';
import { eachApart } from '#shared/entry/each-apart.ts';
import { reactionTo } from '#shared/entry/reaction.ts';

/** Finishes deletions that were begun. */
export const handler = reactionTo('finish-removals', RemovalDue, (deps, { organizationId, data }) =>
  eachApart(data.authIds, (authId) => finishRemoval(deps, { organizationId, authId })),
);
