import { getMembership } from '#shared/domain/members/get-in-workspace.ts';
import { showMembership } from '#shared/domain/members/membership.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { getThere } from './routes.ts';

/** Reads a person's role in a workspace. */
export const getWorkspaceMember = endpoint(getThere, async ({ deps, actor, path }) =>
  showMembership(await getMembership(deps, { organizationId: actor.organizationId, ...path })),
);
