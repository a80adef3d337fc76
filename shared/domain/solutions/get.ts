import { notFound } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { solutionKey, solutions, type Solution } from './solution.ts';

/** A solution by its place. */
export interface SolutionInWorkspace {
  readonly organizationId: string;
  readonly workspaceId: string;
  readonly solutionId: string;
}

/** A solution of a workspace; 404 `solution_not_found` from every other one. */
export const getSolution = async (
  { store }: Deps,
  { organizationId, workspaceId, solutionId }: SolutionInWorkspace,
): Promise<Solution> => {
  const solution = await store.get(solutions, solutionKey(organizationId, workspaceId, solutionId));
  if (!solution) throw notFound('solution');
  return solution;
};
