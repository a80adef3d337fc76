import * as z from 'zod';
import { route } from '#shared/entry/route.ts';
import { AuthId } from '#shared/ids.ts';

export const call = route({
  name: 'proxyCall',
  method: 'ANY',
  path: '/v1/proxy/{authId}/{path+}',
  summary: "Calls the service with the auth's credential: its base URL and this path, as sent.",
  needs: 'auths:use',
  history: 'use',
  produces: 'any',
  consumes: 'bytes',
  request: { path: z.strictObject({ authId: AuthId, path: z.string() }), query: z.looseObject({}) },
});

export const callBase = route({
  name: 'proxyCallBase',
  method: 'ANY',
  path: '/v1/proxy/{authId}',
  summary: 'The same for the base URL itself.',
  needs: 'auths:use',
  history: 'use',
  produces: 'any',
  consumes: 'bytes',
  request: { path: z.strictObject({ authId: AuthId }), query: z.looseObject({}) },
});
