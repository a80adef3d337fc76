import { setSunset as run } from '#shared/domain/services/legacy/set-sunset.ts';
import { showService } from '#shared/domain/services/view.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { setSunset } from './routes.ts';

/** Says when a legacy service takes no new auths any more. */
export const setLegacySunset = endpoint(setSunset, async ({ deps, actor, path, body: edit, ifMatch }) =>
  showService(await run(deps, { organizationId: actor.organizationId, ...path, edit, ifMatch })),
);
