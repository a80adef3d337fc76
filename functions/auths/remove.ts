import { removeAuth } from '#shared/domain/auths/remove.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { remove } from './routes.ts';

/** Deletes an auth and destroys its credential. */
export const deleteAuth = endpoint(remove, async ({ deps, actor, path, ifMatch }) => {
  await removeAuth(deps, { organizationId: actor.organizationId, ...path, ifMatch });
  return undefined;
});
