import { getReceipt } from '#shared/domain/organization/receipt.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { receipt } from './routes.ts';

/** Reads the receipt of an organization that was deleted. */
export const getOrganizationRemoval = endpoint(receipt, ({ deps, actor, path }) =>
  getReceipt(deps, { by: actor, ...path }),
);
