import { removeUmbrella } from '#shared/domain/umbrellas/remove.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { remove } from './routes.ts';

/** Deletes an umbrella application. */
export const deleteUmbrella = endpoint(remove, async ({ deps, actor, path, ifMatch }) => {
  await removeUmbrella(deps, { organizationId: actor.organizationId, ...path, ifMatch });
  return undefined;
});
