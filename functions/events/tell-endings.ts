import { ExpiryDue } from '#shared/domain/auths/events.ts';
import { tellEnding } from '#shared/domain/auths/tell-ending.ts';
import { reactionTo } from '#shared/entry/reaction.ts';

/** Tells of the auths whose end is near, or has come. */
export const handler = reactionTo('tell-endings', ExpiryDue, async (deps, { organizationId, data }) => {
  for (const authId of data.authIds) await tellEnding(deps, { organizationId, authId });
});
