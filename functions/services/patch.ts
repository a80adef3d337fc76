import { patchService as run } from '#shared/domain/services/patch.ts';
import { showService } from '#shared/domain/services/view.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { patch } from './routes.ts';

/** Changes parts of a definition. */
export const patchService = endpoint(patch, async ({ deps, actor, path, body, ifMatch }) =>
  showService(await run(deps, { organizationId: actor.organizationId, ...path, patch: body, ifMatch })),
);
