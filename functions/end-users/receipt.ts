import { getReceipt as run } from '#shared/domain/end-users/forget.ts';
import { showReceipt } from '#shared/domain/end-users/receipt.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { receipt } from './routes.ts';

/** Reads a receipt. */
export const getReceipt = endpoint(receipt, async ({ deps, actor, path }) =>
  showReceipt(await run(deps, { organizationId: actor.organizationId, ...path })),
);
