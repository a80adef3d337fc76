import { removeWorkspace as run } from '#shared/domain/workspaces/remove.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { remove } from './routes.ts';

/** Deletes a workspace. */
export const deleteWorkspace = endpoint(remove, async ({ deps, actor, path, query, ifMatch }) => {
  const force = query.force === 'true';
  await run(deps, { organizationId: actor.organizationId, ...path, force, ifMatch, by: actor });
  return undefined;
});
