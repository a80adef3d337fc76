import type { Deps } from '../../ports.ts';
import { editedMeanwhile, expectVersion } from '../versions.ts';
import { demandServices } from './demand-services.ts';
import { getSolution, type SolutionInWorkspace } from './get.ts';
import { solutions, type Solution, type SolutionEdit } from './solution.ts';

interface Edit extends SolutionInWorkspace {
  readonly ifMatch: string | undefined;
}

const write = async (
  deps: Deps,
  { ifMatch, ...where }: Edit,
  change: (solution: Solution) => Solution | Promise<Solution>,
): Promise<Solution> => {
  const solution = await getSolution(deps, where);
  expectVersion(ifMatch, solution.version);
  const next = await change(solution);
  if (next === solution) return solution;
  const edited = { ...next, version: solution.version + 1, updatedAt: deps.clock.now() };
  const written = await deps.store.replace(solutions, edited);
  if (!written) throw editedMeanwhile();
  return written;
};

/** Changes a solution; what is left out stays, and a published one stays published. Rejects with 422 `unknown_service`. */
export const updateSolution = (
  deps: Deps,
  { edit, ...where }: Edit & { readonly edit: SolutionEdit },
): Promise<Solution> =>
  write(deps, where, async (solution) => {
    const { name = solution.name, serviceIds = solution.serviceIds } = edit;
    await demandServices(deps, { ...where, serviceIds, known: solution.serviceIds });
    return { ...solution, name, serviceIds };
  });

/** Publishes a solution, so that end users may authenticate with its services, or takes that back (R26). Again: nothing happens. */
export const setStatus = (
  deps: Deps,
  { status, ...where }: Edit & Pick<Solution, 'status'>,
): Promise<Solution> =>
  write(deps, where, (solution) => (solution.status === status ? solution : { ...solution, status }));
