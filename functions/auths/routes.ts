import * as z from 'zod';
import { AuthView } from '#shared/domain/auths/auth.ts';
import { HistoryView } from '#shared/domain/auths/history.ts';
import { AuthEdit, NewAuth } from '#shared/domain/auths/new-auth.ts';
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
    'Makes an auth from fields, or from tokens obtained elsewhere. With consent: open a connect session instead.',
  needs: 'auths:write',
  status: 201,
  request: { path: inWorkspace, body: NewAuth },
  response: AuthView,
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
  summary: 'Lists the auths of a workspace.',
  needs: 'auths:read',
  request: { path: inWorkspace, query: PageQuery },
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
  summary: 'Renames an auth.',
  needs: 'auths:write',
  request: { path, body: AuthEdit },
  response: AuthView,
  example: { name: 'Second account' },
});

export const remove = route({
  name: 'deleteAuth',
  method: 'DELETE',
  path: '/v1/workspaces/{workspaceId}/auths/{authId}',
  summary: 'Deletes an auth and destroys its credential.',
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

export const history = route({
  name: 'listAuthHistory',
  method: 'GET',
  path: '/v1/workspaces/{workspaceId}/auths/{authId}/history',
  summary: 'Lists what happened to an auth, the oldest first.',
  needs: 'auths:read',
  request: { path, query: PageQuery },
  response: pageOf(HistoryView),
});
