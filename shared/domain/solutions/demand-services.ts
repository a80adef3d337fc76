import { AppError, invalid, type ErrorDetail } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { getUsableService } from '../services/get.ts';
import type { NewSolution, Solution } from './solution.ts';

type Where = Pick<Solution, 'organizationId' | 'workspaceId'>;

const isUsable = async (deps: Deps, where: Where, service: string): Promise<boolean> => {
  try {
    await getUsableService(deps, { ...where, service });
    return true;
  } catch (error) {
    if (error instanceof AppError && error.status === 404) return false;
    throw error;
  }
};

interface Wanted extends Where {
  readonly serviceIds: NewSolution['serviceIds'];
  /** What stands in the solution already is not asked for again: it may be of a service that was deleted since. */
  readonly known?: Solution['serviceIds'];
}

/** Rejects with 422 `unknown_service`, naming each, unless auths of the workspace may be made with all of these services. */
export const demandServices = async (
  deps: Deps,
  { organizationId, workspaceId, serviceIds, known = [] }: Wanted,
): Promise<void> => {
  const details: ErrorDetail[] = [];
  for (const [index, service] of serviceIds.entries()) {
    if (known.includes(service) || (await isUsable(deps, { organizationId, workspaceId }, service))) continue;
    details.push({
      path: `body.serviceIds.${String(index)}`,
      message: 'Expected a service that auths of this workspace may be made with.',
    });
  }
  if (details.length > 0)
    throw invalid('unknown_service', 'A solution is made of services that are available here.', details);
};
