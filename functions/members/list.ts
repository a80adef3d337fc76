import { members, membersOf, showMember } from '#shared/domain/members/member.ts';
import { page } from '#shared/domain/paging.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { list } from './routes.ts';

/** Lists the people of the organization. */
export const listMembers = endpoint(list, ({ deps, actor, query }) =>
  page(deps.store, members, { ...membersOf(actor.organizationId), query, show: showMember }),
);
