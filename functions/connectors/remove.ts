import { removeConnector } from '#shared/domain/connectors/remove.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { remove } from './routes.ts';

/** Deletes a connector. */
export const deleteConnector = endpoint(remove, async ({ deps, actor, path, ifMatch }) => {
  await removeConnector(deps, { organizationId: actor.organizationId, ...path, ifMatch });
  return undefined;
});
