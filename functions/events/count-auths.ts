import { SummaryDue } from '#shared/domain/summary/events.ts';
import { keepCount } from '#shared/domain/summary/keep-count.ts';
import { reactionTo } from '#shared/entry/reaction.ts';

/** Counts the auths of an organization or a workspace that is too large to be counted while somebody waits. */
export const handler = reactionTo('count-auths', SummaryDue, (deps, { organizationId, data }) =>
  keepCount(deps, {
    organizationId,
    workspaceId: data.workspaceId ?? undefined,
    askedAt: Date.parse(data.askedAt),
  }),
);
