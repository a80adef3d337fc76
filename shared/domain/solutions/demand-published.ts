import { AppError } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { every } from '../paging.ts';
import type { Service } from '../services/service.ts';
import { solutions, solutionsOf } from './solution.ts';

const notPublished = () =>
  new AppError(
    403,
    'solution_not_published',
    'End users cannot authenticate with this service: no solution that uses it is published.',
    {
      details: [
        {
          path: '/v1/workspaces/{ws}/solutions/{sol}/publish',
          message: 'POST here, for a solution that uses the service.',
        },
      ],
    },
  );

/** The services of all that is published in an organization now. */
export const publishedServices = async (
  { store }: Deps,
  organizationId: string,
): Promise<ReadonlySet<string>> => {
  const found = new Set<string>();
  for await (const { status, serviceIds } of every(store, solutions, solutionsOf(organizationId)))
    if (status === 'published') for (const id of serviceIds) found.add(id);
  return found;
};

interface Asked {
  readonly organizationId: string;
  readonly service: Pick<Service, 'id' | 'embedded'>;
  /** For whom an auth is to be made; absent where it is the platform's own. */
  readonly endUserId: string | undefined;
  /** Whether the end user asks, by a session of their own: then any service must be one of a published solution. */
  readonly own?: boolean | undefined;
}

/**
 * Rejects with 403 `solution_not_published` when an end user is to get an auth of a service of the embedded workspace, and no
 * solution that uses it is published now (R26). Asked where one is begun, and again right before it is made.
 */
export const demandPublished = async (
  deps: Deps,
  { organizationId, service, endUserId, own = false }: Asked,
): Promise<void> => {
  if (endUserId === undefined || !(own || service.embedded)) return;
  if (!(await publishedServices(deps, organizationId)).has(service.id)) throw notPublished();
};
