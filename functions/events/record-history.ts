import { recordHistory } from '#shared/domain/auths/record-history.ts';
import { reaction } from '#shared/entry/reaction.ts';

/** Writes what happens to an auth into its history. */
export const handler = reaction('record-history', recordHistory);
