import { removeService } from '#shared/domain/services/remove.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { remove } from './routes.ts';

/** Deletes a service. */
export const deleteService = endpoint(remove, async ({ deps, actor, path, query, ifMatch }) => {
  const force = query.force === 'true';
  await removeService(deps, { organizationId: actor.organizationId, ...path, force, ifMatch });
  return undefined;
});
