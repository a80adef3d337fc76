import { getSolution as run } from '#shared/domain/solutions/get.ts';
import { showSolution } from '#shared/domain/solutions/solution.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { get } from './routes.ts';

/** Reads a solution. */
export const getSolution = endpoint(get, async ({ deps, actor, path }) =>
  showSolution(await run(deps, { organizationId: actor.organizationId, ...path })),
);
