import type { Deps } from '../../ports.ts';
import { definitionIn, environmentsOf } from '../services/environment.ts';
import { serviceKey, services } from '../services/service.ts';

interface Place {
  readonly organizationId: string;
  readonly serviceId: string;
  /** Left out: all that the service has. */
  readonly environment?: string | undefined;
}

/** The umbrellas that a service runs under now, in an environment or in any. None when either is gone. */
export const umbrellasOver = async (
  { store }: Pick<Deps, 'store'>,
  { organizationId, serviceId, environment }: Place,
): Promise<readonly string[]> => {
  const service = await store.get(services, serviceKey(organizationId, serviceId));
  if (!service) return [];
  const { definition } = service;
  return environmentsOf(definition)
    .filter((each) => environment === undefined || each === environment)
    .flatMap((each) => definitionIn(definition, each).umbrellaId ?? []);
};
