import * as z from 'zod';
import { PageQuery, pageOf } from '#shared/domain/inputs.ts';
import { MemberRole, MemberView } from '#shared/domain/members/member.ts';
import { MembershipRole, MembershipView } from '#shared/domain/members/membership.ts';
import { UserId } from '#shared/domain/members/user-id.ts';
import { route } from '#shared/entry/route.ts';
import { WorkspaceId } from '#shared/ids.ts';

const person = z.strictObject({ userId: UserId });
const workspace = z.strictObject({ workspaceId: WorkspaceId });
const personThere = workspace.extend({ userId: UserId });

export const list = route({
  name: 'listMembers',
  method: 'GET',
  path: '/v1/members',
  summary: 'Lists the people of the organization, by user id.',
  needs: 'members:read',
  request: { query: PageQuery },
  response: pageOf(MemberView),
});

export const get = route({
  name: 'getMember',
  method: 'GET',
  path: '/v1/members/{userId}',
  summary: 'Reads the role of a person in the organization.',
  needs: 'members:read',
  request: { path: person },
  response: MemberView,
});

export const put = route({
  name: 'putMember',
  method: 'PUT',
  path: '/v1/members/{userId}',
  summary:
    'Gives a person a role in the organization. Only an owner makes and unmakes owners; the last owner stays.',
  needs: 'members:write',
  request: { path: person, body: MemberRole },
  response: MemberView,
  example: { role: 'admin' },
});

export const listThere = route({
  name: 'listWorkspaceMembers',
  method: 'GET',
  path: '/v1/workspaces/{workspaceId}/members',
  summary: 'Lists the people with a role in a workspace, by user id.',
  needs: 'members:read',
  request: { path: workspace, query: PageQuery },
  response: pageOf(MembershipView),
});

export const getThere = route({
  name: 'getWorkspaceMember',
  method: 'GET',
  path: '/v1/workspaces/{workspaceId}/members/{userId}',
  summary: 'Reads the role of a person in a workspace.',
  needs: 'members:read',
  request: { path: personThere },
  response: MembershipView,
});

export const putThere = route({
  name: 'putWorkspaceMember',
  method: 'PUT',
  path: '/v1/workspaces/{workspaceId}/members/{userId}',
  summary: 'Gives a person a role in a workspace. It counts within ten seconds.',
  needs: 'members:write',
  request: { path: personThere, body: MembershipRole },
  response: MembershipView,
  example: { role: 'contributor' },
});

export const removeThere = route({
  name: 'deleteWorkspaceMember',
  method: 'DELETE',
  path: '/v1/workspaces/{workspaceId}/members/{userId}',
  summary: 'Takes the role of a person in a workspace. What they made stays and goes on.',
  needs: 'members:write',
  status: 204,
  request: { path: personThere },
});

export const remove = route({
  name: 'deleteMember',
  method: 'DELETE',
  path: '/v1/members/{userId}',
  summary:
    'Removes a person from the organization. Services and auths of shared workspaces go on; the personal workspace goes to the admin named by ?handPersonalTo=, or is kept for 30 days.',
  needs: 'members:write',
  status: 204,
  request: { path: person, query: z.strictObject({ handPersonalTo: UserId.optional() }) },
});
