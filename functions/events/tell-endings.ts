import { ExpiryDue } from '#shared/domain/auths/due-events.ts';
import { tellEnding } from '#shared/domain/auths/tell-ending.ts';
import { sideBySide } from '#shared/domain/side-by-side.ts';
import { reactionTo } from '#shared/entry/reaction.ts';

/** Tells of the auths whose end is near, or has come. */
export const handler = reactionTo('tell-endings', ExpiryDue, (deps, { organizationId, data }) =>
  sideBySide(data.authIds, (authId) => tellEnding(deps, { organizationId, authId })),
);
