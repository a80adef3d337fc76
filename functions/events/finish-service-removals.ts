import { ServiceRemovalBegun } from '#shared/domain/services/events.ts';
import { finishServiceRemoval } from '#shared/domain/services/remove.ts';
import { reactionTo } from '#shared/entry/reaction.ts';

/** Destroys what a deleted service leaves: its auths and its secrets. */
export const handler = reactionTo(
  'finish-service-removals',
  ServiceRemovalBegun,
  (deps, { organizationId, data }) =>
    finishServiceRemoval(deps, { organizationId, serviceId: data.serviceId }),
);
