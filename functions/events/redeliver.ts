import { BacklogDue } from '#shared/domain/subscriptions/events.ts';
import { redeliverBacklog } from '#shared/domain/subscriptions/redeliver.ts';
import { reactionTo } from '#shared/entry/reaction.ts';

/** Makes what a subscriber has missed due again. */
export const handler = reactionTo('redeliver', BacklogDue, (deps, { organizationId, data }) =>
  redeliverBacklog(deps, { organizationId, ...data }),
);
