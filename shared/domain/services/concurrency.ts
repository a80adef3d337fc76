import type { Deps } from '../../ports.ts';
import { protocolOf } from '../../protocols/protocol-of.ts';
import { serviceKey, services } from './service.ts';

const usual = 50;

/**
 * How many renewals of a service that the schedule asks for may be under way at once, in all its environments together: what
 * `refresh.concurrency` of production says, else 50.
 */
export const concurrencyOf = async (
  { store }: Pick<Deps, 'store'>,
  organizationId: string,
  serviceId: string,
): Promise<number> => {
  const service = await store.get(services, serviceKey(organizationId, serviceId));
  return (service && protocolOf(service.definition.auth).concurrency) ?? usual;
};
