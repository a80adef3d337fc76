import { notFound } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { memory } from '../memory.ts';
import { serviceKey, services, type Service } from './service.ts';

interface OfService {
  readonly organizationId: string;
  readonly serviceId: string;
}

/** The service of an auth as it is now. */
export const currentService = async (
  { store }: Deps,
  { organizationId, serviceId }: OfService,
): Promise<Service> => {
  const service = await store.get(services, serviceKey(organizationId, serviceId));
  if (!service) throw notFound('service');
  return service;
};

const recent = memory<Service>(5_000);

/** The same, at most five seconds old: an edit is seen by every process within that time. For the proxy. */
export const recentService = (deps: Deps, of: OfService): Promise<Service> =>
  recent.recall(deps, `${of.organizationId}/${of.serviceId}`, () => currentService(deps, of));
