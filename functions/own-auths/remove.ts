import { removeAuth } from '#shared/domain/auths/remove.ts';
import { endUserOf, getOwnAuth } from '#shared/domain/end-users/own-auths.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { remove } from './routes.ts';

/** Deletes an auth of the end user who asks. */
export const deleteOwnAuth = endpoint(remove, async ({ deps, actor, path, ifMatch }) => {
  const { organizationId, workspaceId, id: authId } = await getOwnAuth(deps, endUserOf(actor), path.authId);
  await removeAuth(deps, { organizationId, workspaceId, authId, ifMatch });
  return undefined;
});
