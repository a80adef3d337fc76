import { getService as run } from '#shared/domain/services/get.ts';
import { showService } from '#shared/domain/services/view.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { get } from './routes.ts';

/** Reads a definition. */
export const getService = endpoint(get, async ({ deps, actor, path }) =>
  showService(await run(deps, { organizationId: actor.organizationId, ...path })),
);
