import { RefreshDue } from '#shared/domain/auths/events.ts';
import { refreshDueAuths } from '#shared/domain/auths/refresh-due.ts';
import { reactionTo } from '#shared/entry/reaction.ts';

/** Renews the auths whose time has come. */
export const handler = reactionTo('refresh-auths', RefreshDue, (deps, { organizationId, data }) =>
  refreshDueAuths(deps, organizationId, data),
);
