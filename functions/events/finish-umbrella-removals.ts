import { UmbrellaRemovalBegun } from '#shared/domain/umbrellas/events.ts';
import { finishUmbrellaRemoval } from '#shared/domain/umbrellas/remove.ts';
import { reactionTo } from '#shared/entry/reaction.ts';

/** Removes what a deleted umbrella application leaves: its records and its count. */
export const handler = reactionTo(
  'finish-umbrella-removals',
  UmbrellaRemovalBegun,
  (deps, { organizationId, data }) =>
    finishUmbrellaRemoval(deps, { organizationId, umbrellaId: data.umbrellaId }),
);
