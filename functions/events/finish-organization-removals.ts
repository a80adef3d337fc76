import { OrganizationRemovalDue } from '#shared/domain/organization/events.ts';
import { finishOrganizationRemoval } from '#shared/domain/organization/finish-removal.ts';
import { reactionTo } from '#shared/entry/reaction.ts';

/** Destroys what a deleted organization leaves. */
export const handler = reactionTo(
  'finish-organization-removals',
  OrganizationRemovalDue,
  (deps, { organizationId }) => finishOrganizationRemoval(deps, { organizationId }),
);
