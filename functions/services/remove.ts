import { removeService } from '#shared/domain/services/remove.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { remove } from './routes.ts';

/** Deletes a service that no auth uses. */
export const deleteService = endpoint(remove, async ({ deps, actor, path, ifMatch }) => {
  await removeService(deps, { organizationId: actor.organizationId, ...path, ifMatch });
  return undefined;
});
