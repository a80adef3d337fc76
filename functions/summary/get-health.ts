import { getHealthSummary as run } from '#shared/domain/summary/get.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { getHealth } from './routes.ts';

/** Tells how the auths fare that the key may see: the organization's, or those of its one workspace. */
export const getHealthSummary = endpoint(getHealth, ({ deps, actor: { organizationId, workspaceId } }) =>
  run(deps, { organizationId, workspaceId }),
);
