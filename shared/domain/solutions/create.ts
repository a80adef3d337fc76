import { newId } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import { demandServices } from './demand-services.ts';
import { solutions, type NewSolution, type Solution } from './solution.ts';

interface CreateSolutionInput {
  readonly organizationId: string;
  readonly workspaceId: string;
  readonly input: NewSolution;
}

/** Makes a solution, as a draft. Rejects with 422 `unknown_service`. */
export const createSolution = async (
  deps: Deps,
  { input, ...where }: CreateSolutionInput,
): Promise<Solution> => {
  await demandServices(deps, { ...where, ...input });
  const now = deps.clock.now();
  const item: Solution = {
    ...where,
    ...input,
    id: newId('solution', deps),
    status: 'draft',
    version: 1,
    createdAt: now,
    updatedAt: now,
    revision: 0,
  };
  return (await deps.store.insert(solutions, item)) ?? item;
};
