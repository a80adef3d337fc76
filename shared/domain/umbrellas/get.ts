import { notFound } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { umbrellaKey, umbrellas, type Umbrella } from './umbrella.ts';

interface UmbrellaRef {
  readonly organizationId: string;
  readonly umbrellaId: string;
}

/** An umbrella application that is there and that nobody is deleting; undefined else. */
export const findUmbrella = async (
  { store }: Pick<Deps, 'store'>,
  { organizationId, umbrellaId }: UmbrellaRef,
): Promise<Umbrella | undefined> => {
  const umbrella = await store.get(umbrellas, umbrellaKey(organizationId, umbrellaId));
  return umbrella?.removedAt === undefined ? umbrella : undefined;
};

/** An umbrella application of an organization; 404 `umbrella_not_found`. */
export const getUmbrella = async (deps: Pick<Deps, 'store'>, where: UmbrellaRef): Promise<Umbrella> => {
  const umbrella = await findUmbrella(deps, where);
  if (!umbrella) throw notFound('umbrella', 'Make one with POST /v1/umbrellas.');
  return umbrella;
};
