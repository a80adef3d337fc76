import { createService as run } from '#shared/domain/services/create.ts';
import { showService } from '#shared/domain/services/view.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { create } from './routes.ts';

/** Defines a service. */
export const createService = endpoint(create, async ({ deps, actor, path, body }) =>
  showService(await run(deps, { organizationId: actor.organizationId, ...path, input: body })),
);
