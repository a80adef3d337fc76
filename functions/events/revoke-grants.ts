import { RevocationDue } from '#shared/domain/auths/events.ts';
import { revokeGrant } from '#shared/domain/auths/revoke.ts';
import { reactionTo } from '#shared/entry/reaction.ts';

/** Takes the grants of deleted auths back at the provider. */
export const handler = reactionTo('revoke-grants', RevocationDue, async (deps, { organizationId, data }) => {
  for (const authId of data.authIds) await revokeGrant(deps, { organizationId, authId });
});
