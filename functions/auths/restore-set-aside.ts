import { restoreSetAside as run } from '#shared/domain/auths/restore-set-aside.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { restoreSetAside as route } from './routes.ts';

/** Makes the auths that were set aside due again. */
export const restoreSetAside = endpoint(route, async ({ deps, actor, path }) => ({
  restored: await run(deps, { organizationId: actor.organizationId, ...path }),
}));
