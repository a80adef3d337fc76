import { showSolution } from '#shared/domain/solutions/solution.ts';
import { setStatus } from '#shared/domain/solutions/update.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { unpublish } from './routes.ts';

/** Takes a published solution back. */
export const unpublishSolution = endpoint(unpublish, async ({ deps, actor, path, ifMatch }) => {
  const where = { organizationId: actor.organizationId, ...path, ifMatch };
  return showSolution(await setStatus(deps, { ...where, status: 'draft' }));
});
