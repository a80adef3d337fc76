import { removeMembership } from '#shared/domain/members/remove-from-workspace.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { removeThere } from './routes.ts';

/** Takes a person's role in a workspace. */
export const deleteWorkspaceMember = endpoint(removeThere, async ({ deps, actor, path, ifMatch }) => {
  await removeMembership(deps, { organizationId: actor.organizationId, ...path, ifMatch });
  return undefined;
});
