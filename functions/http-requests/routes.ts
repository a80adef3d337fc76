import * as z from 'zod';
import { HttpAnswer } from '#shared/domain/http-requests/answer.ts';
import { CurlCommand, CurlReading } from '#shared/domain/http-requests/curl/parse-curl.ts';
import { HttpRequest } from '#shared/domain/http-requests/document.ts';
import { route } from '#shared/entry/route.ts';
import { AuthId, ServiceId, WorkspaceId } from '#shared/ids.ts';

const path = z.strictObject({ workspaceId: WorkspaceId });

export const send = route({
  name: 'sendHttpRequest',
  method: 'POST',
  path: '/v1/workspaces/{workspaceId}/http-requests',
  summary:
    "Calls the service with the auth's credential, as a document describes the call. An Idempotency-Key does not apply: each document is sent.",
  needs: 'auths:use',
  history: 'use',
  mostValues: 100_000,
  request: { path, body: HttpRequest },
  response: z.object({
    response: HttpAnswer,
    authId: AuthId,
    serviceId: ServiceId.optional(),
    warnings: z.array(z.string()),
  }),
  example: {
    authId: 'auth_01hvx3s9k2m4n6p8q0r2s4t6v8',
    method: 'POST',
    path: '/contacts',
    queries: { notify: true },
    headers: { 'X-Source': 'import' },
    body: { kind: 'json', value: { name: 'Ada' } },
    acceptStatus: ['200-299'],
    followRedirects: false,
  },
});

export const parseCurl = route({
  name: 'parseCurl',
  method: 'POST',
  path: '/v1/workspaces/{workspaceId}/http-requests/parse-curl',
  summary:
    'Makes the document of a curl command. Nothing is run or called, and the credentials in it are left out.',
  needs: 'auths:use',
  history: 'none',
  request: { path, body: CurlCommand },
  response: CurlReading,
  example: {
    curl: 'curl https://api.acme.example/v2/contacts -d \'{"name": "Ada"}\' -H \'Content-Type: application/json\'',
  },
});
