import { showService } from '#shared/domain/services/view.ts';
import { updateService as run } from '#shared/domain/services/update.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { update } from './routes.ts';

/** Replaces a definition by a new version. */
export const updateService = endpoint(update, async ({ deps, actor, path, body, ifMatch }) =>
  showService(await run(deps, { organizationId: actor.organizationId, ...path, input: body, ifMatch })),
);
