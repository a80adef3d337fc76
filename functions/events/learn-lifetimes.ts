import { learnLifetime } from '#shared/domain/learning/learn.ts';
import { reaction } from '#shared/entry/reaction.ts';

/** Learns at which age the auths of a service end, and that they do not. */
export const handler = reaction('learn-lifetimes', learnLifetime);
