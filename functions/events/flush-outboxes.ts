import { OutboxDue } from '#shared/domain/schedule/events.ts';
import { flushOutbox } from '#shared/domain/schedule/flush-outboxes.ts';
import { sideBySide } from '#shared/domain/side-by-side.ts';
import { reactionTo } from '#shared/entry/reaction.ts';

/** Tells what writers that died have written and not told. */
export const handler = reactionTo('flush-outboxes', OutboxDue, (deps, { data }) =>
  sideBySide(data.items, (place) => flushOutbox(deps, place)),
);
