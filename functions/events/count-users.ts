import { followUsers } from '#shared/domain/umbrellas/follow-users.ts';
import { reaction } from '#shared/entry/reaction.ts';

/** Counts the people who connect under umbrella applications against their caps. */
export const handler = reaction('count-users', followUsers);
