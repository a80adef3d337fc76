import { ServiceDatesDue } from '#shared/domain/services/events.ts';
import { tellServiceDates } from '#shared/domain/services/tell-dates.ts';
import { sideBySide } from '#shared/domain/side-by-side.ts';
import { reactionTo } from '#shared/entry/reaction.ts';

/** Tells of client secrets that are about to end, and of legacy services that are about to go. */
export const handler = reactionTo('tell-service-dates', ServiceDatesDue, (deps, { organizationId, data }) =>
  sideBySide(data.serviceIds, (serviceId) => tellServiceDates(deps, { organizationId, serviceId })),
);
