import { OutboxDue } from '#shared/domain/schedule/events.ts';
import { flushOutbox } from '#shared/domain/schedule/flush-outboxes.ts';
import { reactionTo } from '#shared/entry/reaction.ts';

/** Tells what writers that died have written and not told. */
export const handler = reactionTo('flush-outboxes', OutboxDue, async (deps, { data }) => {
  for (const place of data.items) await flushOutbox(deps, place);
});
