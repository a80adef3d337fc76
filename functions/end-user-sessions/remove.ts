import { removeEndUserSession } from '#shared/domain/end-users/remove-session.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { remove } from './routes.ts';

/** Ends a session. */
export const deleteEndUserSession = endpoint(remove, async ({ deps, actor, path }) => {
  await removeEndUserSession(deps, { organizationId: actor.organizationId, ...path });
  return undefined;
});
