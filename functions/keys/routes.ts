import * as z from 'zod';
import { PageQuery, pageOf } from '#shared/domain/inputs.ts';
import { KeyEdit, KeyView, NewKey, Rotation } from '#shared/domain/keys/key.ts';
import { route } from '#shared/entry/route.ts';
import { KeyId } from '#shared/ids.ts';

const onePath = z.strictObject({ keyId: KeyId });

export const create = route({
  name: 'createKey',
  method: 'POST',
  path: '/v1/keys',
  summary: 'Makes a server key. The answer is the only place that ever shows it.',
  needs: 'keys:write',
  status: 201,
  holdsSecret: true,
  request: { body: NewKey },
  response: KeyView.extend({ key: z.string() }),
  example: { name: 'Backend', role: 'contributor' },
});

export const list = route({
  name: 'listKeys',
  method: 'GET',
  path: '/v1/keys',
  summary: 'Lists the server keys, without their text.',
  needs: 'keys:read',
  request: { query: PageQuery },
  response: pageOf(KeyView),
});

export const get = route({
  name: 'getKey',
  method: 'GET',
  path: '/v1/keys/{keyId}',
  summary: 'Shows a server key, without its text: what it may, until when, and when it was last used.',
  needs: 'keys:read',
  request: { path: onePath },
  response: KeyView,
});

export const update = route({
  name: 'updateKey',
  method: 'PATCH',
  path: '/v1/keys/{keyId}',
  summary: 'Gives a server key another name.',
  needs: 'keys:write',
  request: { path: onePath, body: KeyEdit },
  response: KeyView,
  example: { name: 'Nightly export' },
});

export const rotate = route({
  name: 'rotateKey',
  method: 'POST',
  path: '/v1/keys/{keyId}/rotate',
  summary:
    'Gives a server key a new text, shown in this answer alone. The text of before works for the overlap.',
  needs: 'keys:write',
  status: 201,
  holdsSecret: true,
  request: { path: onePath, body: Rotation.prefault({}) },
  response: KeyView.extend({ key: z.string() }),
});

export const remove = route({
  name: 'deleteKey',
  method: 'DELETE',
  path: '/v1/keys/{keyId}',
  summary: 'Deletes a server key. It stops working within ten seconds.',
  needs: 'keys:write',
  status: 204,
  request: { path: onePath },
});
