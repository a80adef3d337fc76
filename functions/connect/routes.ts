import * as z from 'zod';
import { NewSession, SessionLink, SessionView } from '#shared/domain/connect/session.ts';
import { EnvironmentName } from '#shared/domain/services/definition.ts';
import { route } from '#shared/entry/route.ts';
import { SessionId, WorkspaceId } from '#shared/ids.ts';
import { Submitted } from './submitted.ts';

const link = z.strictObject({ token: z.string().max(200) });

export const start = route({
  name: 'startConnectSession',
  method: 'POST',
  path: '/v1/workspaces/{workspaceId}/connect-sessions',
  summary:
    'Opens a connect session; send the person to the url of the answer. With authId it renews that auth in place.',
  needs: 'auths:write',
  status: 201,
  holdsSecret: true,
  request: { path: z.strictObject({ workspaceId: WorkspaceId }), body: NewSession },
  response: SessionLink,
  example: { serviceId: 'svc_01hvx3s9k2m4n6p8q0r2s4t6v8', endUserId: 'customer-17' },
});

export const read = route({
  name: 'getConnectSession',
  method: 'GET',
  path: '/v1/workspaces/{workspaceId}/connect-sessions/{sessionId}',
  summary: 'Tells how a connect session stands.',
  needs: 'auths:read',
  request: { path: z.strictObject({ workspaceId: WorkspaceId, sessionId: SessionId }) },
  response: SessionView,
});

export const open = route({
  name: 'openConnectPage',
  method: 'GET',
  path: '/connect/{token}',
  summary: "The person's page: asks for the fields that are missing, or goes on to the provider.",
  produces: 'html',
  request: { path: link, query: z.looseObject({}) },
});

export const submit = route({
  name: 'submitConnectPage',
  method: 'POST',
  path: '/connect/{token}',
  summary: 'Takes the fields that the person filled in, and the optional scopes that they ticked.',
  produces: 'html',
  consumes: 'form',
  request: { path: link, body: Submitted },
});

export const callback = route({
  name: 'completeConnect',
  method: 'GET',
  path: '/oauth/callback',
  summary: 'Where providers send the person back to (RFC 6749 §4.1.2).',
  produces: 'html',
  request: { query: z.looseObject({}) },
});

export const callbackIn = route({
  name: 'completeConnectInEnvironment',
  method: 'GET',
  path: '/oauth/callback/{environment}',
  summary: 'The same for the OAuth application of another environment than production.',
  produces: 'html',
  request: { path: z.strictObject({ environment: EnvironmentName }), query: z.looseObject({}) },
});
