import * as z from 'zod';
import { AccessToken } from '#shared/domain/auths/hand-out.ts';
import { AuthView } from '#shared/domain/auths/view.ts';
import { HistoryView } from '#shared/domain/auths/history.ts';
import { AuthEdit, NewAuth } from '#shared/domain/auths/new-auth.ts';
import { AuthQuery, ServiceAuthsQuery } from '#shared/domain/auths/list.ts';
import { TestView } from '#shared/domain/auths/test-auth.ts';
import { Warning } from '#shared/domain/services/warnings.ts';
import { PageQuery, pageOf } from '#shared/domain/inputs.ts';
import { route } from '#shared/entry/route.ts';
import { AuthId, WorkspaceId } from '#shared/ids.ts';

const inWorkspace = z.strictObject({ workspaceId: WorkspaceId });
const path = z.strictObject({ workspaceId: WorkspaceId, authId: AuthId });

export const create = route({
  name: 'createAuth',
  method: 'POST',
  path: '/v1/workspaces/{workspaceId}/auths',
  summary:
    'Makes an auth from fields, from tokens obtained elsewhere, or a generic one without a service. With consent: open a connect session instead.',
  needs: 'auths:write',
  status: 201,
  request: { path: inWorkspace, body: NewAuth },
  response: AuthView.extend({ warnings: z.array(Warning) }),
  example: {
    serviceId: 'svc_01hvx3s9k2m4n6p8q0r2s4t6v8',
    name: 'Main account',
    fields: { api_key: 'the-key-of-the-account' },
  },
});

export const list = route({
  name: 'listAuths',
  method: 'GET',
  path: '/v1/workspaces/{workspaceId}/auths',
  summary:
    'Lists the auths of a workspace, all or by service, environment, state, cause, risk, end user and tag, those that are set aside, those that the caller can use now, or those predicted to end before a time, the soonest first.',
  needs: 'auths:read',
  request: { path: inWorkspace, query: AuthQuery },
  response: pageOf(AuthView),
});

export const listOfService = route({
  name: 'listServiceAuths',
  method: 'GET',
  path: '/v1/auths',
  summary: 'Lists the auths that were made with a service, in whichever workspace of the organization.',
  needs: 'auths:read',
  request: { query: ServiceAuthsQuery },
  response: pageOf(AuthView),
});

export const get = route({
  name: 'getAuth',
  method: 'GET',
  path: '/v1/workspaces/{workspaceId}/auths/{authId}',
  summary: 'Reads what an auth is and how it fares.',
  needs: 'auths:read',
  request: { path },
  response: AuthView,
});

export const update = route({
  name: 'updateAuth',
  method: 'PATCH',
  path: '/v1/workspaces/{workspaceId}/auths/{authId}',
  summary: 'Changes the name, the tags or the metadata of an auth.',
  needs: 'auths:write',
  request: { path, body: AuthEdit },
  response: AuthView,
  example: { name: 'Second account', tags: ['billing'] },
});

export const remove = route({
  name: 'deleteAuth',
  method: 'DELETE',
  path: '/v1/workspaces/{workspaceId}/auths/{authId}',
  summary:
    'Deletes an auth, destroys its credential and takes the grant back at the provider where that is possible.',
  needs: 'auths:write',
  status: 204,
  request: { path },
});

export const refresh = route({
  name: 'refreshAuth',
  method: 'POST',
  path: '/v1/workspaces/{workspaceId}/auths/{authId}/refresh',
  summary: 'Renews the access token now.',
  needs: 'auths:write',
  request: { path },
  response: AuthView,
});

export const accessToken = route({
  name: 'handOutAccessToken',
  method: 'POST',
  path: '/v1/workspaces/{workspaceId}/auths/{authId}/access-token',
  summary:
    'Hands out a fresh access token, for an SDK that cannot call through the proxy. The caller needs credentials:read, which an admin grants; the history of the auth tells who was handed it.',
  needs: 'credentials:read',
  holdsSecret: true,
  request: { path },
  response: AccessToken,
});

export const restoreSetAside = route({
  name: 'restoreSetAsideAuths',
  method: 'POST',
  path: '/v1/workspaces/{workspaceId}/auths/restore-set-aside',
  summary:
    'Makes all auths that are set aside due again within five minutes, once what kept them from being renewed is repaired.',
  needs: 'auths:write',
  request: { path: inWorkspace },
  response: z.object({ restored: z.int() }),
});

export const test = route({
  name: 'testAuth',
  method: 'POST',
  path: '/v1/workspaces/{workspaceId}/auths/{authId}/test',
  summary: 'Tries the credential by the test of its service, and learns the name of the account.',
  needs: 'auths:use',
  request: { path },
  response: TestView,
});

export const history = route({
  name: 'listAuthHistory',
  method: 'GET',
  path: '/v1/workspaces/{workspaceId}/auths/{authId}/history',
  summary: 'Lists what happened to an auth, the oldest first.',
  needs: 'auths:read',
  request: { path, query: PageQuery },
  response: pageOf(HistoryView),
});
