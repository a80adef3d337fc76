import { removeKey } from '#shared/domain/keys/remove.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { remove } from './routes.ts';

/** Deletes a server key. */
export const deleteKey = endpoint(remove, async ({ deps, actor, path }) => {
  await removeKey(deps, { by: actor, ...path });
  return undefined;
});
