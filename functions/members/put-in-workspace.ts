import { showMembership } from '#shared/domain/members/membership.ts';
import { putMembership } from '#shared/domain/members/put-in-workspace.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { putThere } from './routes.ts';

/** Gives a person a role in a workspace. */
export const putWorkspaceMember = endpoint(putThere, async ({ deps, actor, path, body, ifMatch }) =>
  showMembership(
    await putMembership(deps, { organizationId: actor.organizationId, ...path, ...body, ifMatch }),
  ),
);
