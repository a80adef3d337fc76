import { page } from '#shared/domain/paging.ts';
import { showSolution, solutions, solutionsIn } from '#shared/domain/solutions/solution.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { list } from './routes.ts';

/** Lists the solutions of a workspace. */
export const listSolutions = endpoint(list, ({ deps, actor, path, query }) =>
  page(deps.store, solutions, {
    ...solutionsIn(actor.organizationId, path.workspaceId),
    query,
    show: showSolution,
  }),
);
