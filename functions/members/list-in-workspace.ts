import { memberships, membersIn, showMembership } from '#shared/domain/members/membership.ts';
import { page } from '#shared/domain/paging.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { listThere } from './routes.ts';

/** Lists the people with a role in a workspace. */
export const listWorkspaceMembers = endpoint(listThere, ({ deps, actor, path, query }) =>
  page(deps.store, memberships, {
    ...membersIn(actor.organizationId, path.workspaceId),
    query,
    show: showMembership,
  }),
);
