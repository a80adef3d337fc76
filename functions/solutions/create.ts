import { createSolution as run } from '#shared/domain/solutions/create.ts';
import { showSolution } from '#shared/domain/solutions/solution.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { create } from './routes.ts';

/** Makes a solution, as a draft. */
export const createSolution = endpoint(create, async ({ deps, actor, path, body }) =>
  showSolution(await run(deps, { organizationId: actor.organizationId, ...path, input: body })),
);
