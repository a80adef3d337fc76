import * as z from 'zod';
import { PageQuery, pageOf } from '#shared/domain/inputs.ts';
import { KeyView, NewKey } from '#shared/domain/keys/key.ts';
import { route } from '#shared/entry/route.ts';
import { KeyId } from '#shared/ids.ts';

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

export const remove = route({
  name: 'deleteKey',
  method: 'DELETE',
  path: '/v1/keys/{keyId}',
  summary: 'Deletes a server key. It stops working within ten seconds.',
  needs: 'keys:write',
  status: 204,
  request: { path: z.strictObject({ keyId: KeyId }) },
});
