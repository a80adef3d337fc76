import { RevocationDue } from '#shared/domain/auths/due-events.ts';
import { revokeGrant } from '#shared/domain/auths/revoke.ts';
import { sideBySide } from '#shared/domain/side-by-side.ts';
import { reactionTo } from '#shared/entry/reaction.ts';

/** Takes the grants of deleted auths back at the provider. */
export const handler = reactionTo('revoke-grants', RevocationDue, (deps, { organizationId, data }) =>
  sideBySide(data.authIds, (authId) => revokeGrant(deps, { organizationId, authId })),
);
