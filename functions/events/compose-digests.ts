import { sideBySide } from '#shared/domain/side-by-side.ts';
import { composeDigest } from '#shared/domain/subscriptions/compose-digest.ts';
import { DigestDue } from '#shared/domain/subscriptions/events.ts';
import { reactionTo } from '#shared/entry/reaction.ts';

/** Makes one message of what was gathered for each subscription. */
export const handler = reactionTo('compose-digests', DigestDue, (deps, { organizationId, data }) =>
  sideBySide(data.digests, (place) => composeDigest(deps, { organizationId, ...place })),
);
