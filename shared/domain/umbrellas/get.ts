import { notFound } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { umbrellaKey, umbrellas, type Umbrella } from './umbrella.ts';

/** An umbrella application of an organization; 404 `umbrella_not_found`. */
export const getUmbrella = async (
  { store }: Deps,
  { organizationId, umbrellaId }: { organizationId: string; umbrellaId: string },
): Promise<Umbrella> => {
  const umbrella = await store.get(umbrellas, umbrellaKey(organizationId, umbrellaId));
  if (!umbrella) throw notFound('umbrella', 'Make one with POST /v1/umbrellas.');
  return umbrella;
};
