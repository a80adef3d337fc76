import * as z from 'zod';
import { SessionQuery } from '#shared/domain/end-users/list-sessions.ts';
import { EndUserSessionView, NewEndUserSession } from '#shared/domain/end-users/session.ts';
import { pageOf } from '#shared/domain/inputs.ts';
import { route } from '#shared/entry/route.ts';
import { EndUserSessionId, WorkspaceId } from '#shared/ids.ts';

const inWorkspace = z.strictObject({ workspaceId: WorkspaceId });

export const create = route({
  name: 'createEndUserSession',
  method: 'POST',
  path: '/v1/workspaces/{workspaceId}/end-user-sessions',
  summary:
    'Opens a session with which an end user manages and uses the own auths in this workspace, an hour long or as long as is said, at most a day. The answer is the only place that ever shows its token.',
  needs: 'end_user_sessions:write',
  status: 201,
  holdsSecret: true,
  request: { path: inWorkspace, body: NewEndUserSession },
  response: EndUserSessionView.extend({ token: z.string() }),
  example: { endUserId: 'customer-17', expiresInSeconds: 3600 },
});

export const list = route({
  name: 'listEndUserSessions',
  method: 'GET',
  path: '/v1/workspaces/{workspaceId}/end-user-sessions',
  summary: 'Lists the sessions that are not over, without their tokens, all or those of one end user.',
  needs: 'end_users:read',
  request: { path: inWorkspace, query: SessionQuery },
  response: pageOf(EndUserSessionView),
});

export const remove = route({
  name: 'deleteEndUserSession',
  method: 'DELETE',
  path: '/v1/workspaces/{workspaceId}/end-user-sessions/{endUserSessionId}',
  summary: 'Ends a session. It stops working within ten seconds.',
  needs: 'end_user_sessions:write',
  status: 204,
  request: { path: z.strictObject({ workspaceId: WorkspaceId, endUserSessionId: EndUserSessionId }) },
});
