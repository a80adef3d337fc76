import { applyEdit } from '#shared/domain/services/apply-edit.ts';
import { ServiceUpdated } from '#shared/domain/services/events.ts';
import { reactionTo } from '#shared/entry/reaction.ts';

/** Ends the auths that an edit of their service has killed. */
export const handler = reactionTo('apply-edits', ServiceUpdated, (deps, { organizationId, data }) =>
  applyEdit(deps, { organizationId, serviceId: data.serviceId }),
);
