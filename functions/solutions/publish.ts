import { showSolution } from '#shared/domain/solutions/solution.ts';
import { setStatus } from '#shared/domain/solutions/update.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { publish } from './routes.ts';

/** Publishes a solution. */
export const publishSolution = endpoint(publish, async ({ deps, actor, path, ifMatch }) => {
  const where = { organizationId: actor.organizationId, ...path, ifMatch };
  return showSolution(await setStatus(deps, { ...where, status: 'published' }));
});
