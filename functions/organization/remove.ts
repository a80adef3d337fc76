import { removeOrganization } from '#shared/domain/organization/remove.ts';
import { showReceipt } from '#shared/domain/organization/removal.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { remove } from './routes.ts';

/** Deletes the organization. */
export const deleteOrganization = endpoint(remove, async ({ deps, actor, query, ifMatch }) =>
  showReceipt(await removeOrganization(deps, { by: actor, ...query, ifMatch })),
);
