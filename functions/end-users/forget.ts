import { forgetEndUser as run } from '#shared/domain/end-users/forget.ts';
import { showReceipt } from '#shared/domain/end-users/receipt.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { forget } from './routes.ts';

/** Has an end user forgotten. */
export const forgetEndUser = endpoint(forget, async ({ deps, actor, path }) =>
  showReceipt(await run(deps, { organizationId: actor.organizationId, ...path })),
);
