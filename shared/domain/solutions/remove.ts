import type { Deps } from '../../ports.ts';
import { editedMeanwhile, expectVersion } from '../versions.ts';
import { getSolution, type SolutionInWorkspace } from './get.ts';
import { solutions } from './solution.ts';

/** Deletes a solution. As after unpublishing it, end users make no new auths with its services, and those they have go on (R26). */
export const removeSolution = async (
  deps: Deps,
  { ifMatch, ...where }: SolutionInWorkspace & { readonly ifMatch: string | undefined },
): Promise<void> => {
  const solution = await getSolution(deps, where);
  expectVersion(ifMatch, solution.version);
  if (!(await deps.store.remove(solutions, solution))) throw editedMeanwhile();
};
