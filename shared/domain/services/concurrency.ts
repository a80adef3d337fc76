import * as z from 'zod';
import type { Deps } from '../../ports.ts';
import { protocolOf } from '../../protocols/protocol-of.ts';
import { serviceKey, services } from './service.ts';

const usual = 50;

/**
 * How many renewals of a service that the schedule asks for may be under way at once, in all its environments together: what
 * `refresh.concurrency` of production says, else 50. Of a service that cannot be read 50, too: that its auths cannot be renewed is
 * found, and noted, for each of them.
 */
export const concurrencyOf = async (
  { store }: Pick<Deps, 'store'>,
  organizationId: string,
  serviceId: string,
): Promise<number> => {
  const service = await store.get(services, serviceKey(organizationId, serviceId)).catch((error: unknown) => {
    if (error instanceof z.ZodError) return undefined;
    throw error;
  });
  return (service && protocolOf(service.definition.auth).concurrency) ?? usual;
};
