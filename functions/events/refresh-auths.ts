import { RefreshDue } from '#shared/domain/auths/due-events.ts';
import { refreshDueAuths } from '#shared/domain/auths/refresh-due.ts';
import { reactionTo } from '#shared/entry/reaction.ts';
import { log } from '#shared/log.ts';

/** Renews the auths whose time has come. */
export const handler = reactionTo('refresh-auths', RefreshDue, async (deps, { organizationId, data }) => {
  for (const { authId, error } of await refreshDueAuths(deps, organizationId, data))
    log.error('An error of ours kept an auth from being renewed.', { organizationId, authId }, error);
});
