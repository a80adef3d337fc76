import { updateSolution as run } from '#shared/domain/solutions/update.ts';
import { showSolution } from '#shared/domain/solutions/solution.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { update } from './routes.ts';

/** Changes the name or the services of a solution. */
export const updateSolution = endpoint(update, async ({ deps, actor, path, body, ifMatch }) =>
  showSolution(await run(deps, { organizationId: actor.organizationId, ...path, edit: body, ifMatch })),
);
