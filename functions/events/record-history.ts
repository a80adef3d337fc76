import { recordHistory } from '#shared/domain/auths/record-history.ts';
import { recordEvent } from '#shared/domain/history/record-event.ts';
import { reaction } from '#shared/entry/reaction.ts';

/** Writes what happens to an auth into its history and, where a person connected it, into that of the organization. */
export const handler = reaction('record-history', async (deps, event) => {
  await recordHistory(deps, event);
  await recordEvent(deps, event);
});
