import { MemberRemoved } from '#shared/domain/members/events.ts';
import { finishMemberRemoval } from '#shared/domain/members/finish-removal.ts';
import { reactionTo } from '#shared/entry/reaction.ts';

/** Ends the memberships of a person who was removed, and sees to the personal workspace. */
export const handler = reactionTo('finish-member-removals', MemberRemoved, (deps, { organizationId, data }) =>
  finishMemberRemoval(deps, { organizationId, userId: data.userId }),
);
