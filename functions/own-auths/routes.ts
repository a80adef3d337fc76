import * as z from 'zod';
import { NewSession, SessionLink, SessionView } from '#shared/domain/connect/session.ts';
import { OwnAuthView } from '#shared/domain/end-users/own-auths.ts';
import { OwnServiceView } from '#shared/domain/end-users/own-services.ts';
import { Name, PageQuery, pageOf } from '#shared/domain/inputs.ts';
import { route } from '#shared/entry/route.ts';
import { AuthId, ServiceId, SessionId } from '#shared/ids.ts';

const path = z.strictObject({ authId: AuthId });

export const listServices = route({
  name: 'listOwnServices',
  method: 'GET',
  path: '/v1/end-user/services',
  summary: 'Lists the services of published solutions, with which an end user may authenticate.',
  needs: 'own_auths:read',
  request: { query: PageQuery },
  response: pageOf(OwnServiceView),
});

export const list = route({
  name: 'listOwnAuths',
  method: 'GET',
  path: '/v1/end-user/auths',
  summary: 'Lists the auths of the end user who asks.',
  needs: 'own_auths:read',
  request: { query: PageQuery },
  response: pageOf(OwnAuthView),
});

export const get = route({
  name: 'getOwnAuth',
  method: 'GET',
  path: '/v1/end-user/auths/{authId}',
  summary: 'Reads an auth of the end user who asks.',
  needs: 'own_auths:read',
  request: { path },
  response: OwnAuthView,
});

export const update = route({
  name: 'updateOwnAuth',
  method: 'PATCH',
  path: '/v1/end-user/auths/{authId}',
  summary: 'Renames an auth of the end user who asks.',
  needs: 'own_auths:write',
  request: { path, body: z.strictObject({ name: Name }) },
  response: OwnAuthView,
  example: { name: 'My shop' },
});

export const remove = route({
  name: 'deleteOwnAuth',
  method: 'DELETE',
  path: '/v1/end-user/auths/{authId}',
  summary:
    'Deletes an auth of the end user who asks, destroys its credential and takes the grant back at the provider where that is possible.',
  needs: 'own_auths:write',
  status: 204,
  request: { path },
});

export const connect = route({
  name: 'startOwnConnectSession',
  method: 'POST',
  path: '/v1/end-user/connect-sessions',
  summary:
    'Opens a connect session for the end user who asks, with a service of a published solution. With authId it renews that auth in place.',
  needs: 'own_auths:write',
  status: 201,
  holdsSecret: true,
  request: {
    body: NewSession.omit({ endUserId: true, tags: true, metadata: true, environment: true }).extend({
      serviceId: ServiceId,
    }),
  },
  response: SessionLink,
  example: { serviceId: 'svc_01hvx3s9k2m4n6p8q0r2s4t6v8' },
});

export const readConnect = route({
  name: 'getOwnConnectSession',
  method: 'GET',
  path: '/v1/end-user/connect-sessions/{sessionId}',
  summary: 'Tells how a connect session of the end user who asks stands.',
  needs: 'own_auths:read',
  request: { path: z.strictObject({ sessionId: SessionId }) },
  response: SessionView,
});
