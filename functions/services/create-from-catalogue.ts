import { createFromCatalogue as run } from '#shared/domain/services/create-from-catalogue.ts';
import { showService } from '#shared/domain/services/view.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { createFromCatalogue as route } from './routes.ts';

/** Makes a service of a ready definition. */
export const createFromCatalogue = endpoint(route, async ({ deps, actor, path, body }) =>
  showService(await run(deps, { organizationId: actor.organizationId, ...path, input: body })),
);
