import { describeAuth } from '#shared/domain/auths/describe.ts';
import { updateAuth } from '#shared/domain/auths/update.ts';
import { endUserOf, getOwnAuth } from '#shared/domain/end-users/own-auths.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { update } from './routes.ts';

/** Renames an auth of the end user who asks. */
export const updateOwnAuth = endpoint(update, async ({ deps, actor, path, body, ifMatch }) => {
  const { organizationId, workspaceId, id: authId } = await getOwnAuth(deps, endUserOf(actor), path.authId);
  const where = { organizationId, workspaceId, authId };
  return describeAuth(deps, await updateAuth(deps, { ...where, edit: body, ifMatch }));
});
