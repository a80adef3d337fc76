import { removeSolution as run } from '#shared/domain/solutions/remove.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { remove } from './routes.ts';

/** Deletes a solution. */
export const deleteSolution = endpoint(remove, async ({ deps, actor, path, ifMatch }) => {
  await run(deps, { organizationId: actor.organizationId, ...path, ifMatch });
  return undefined;
});
