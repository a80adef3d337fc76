import { getOtherOrganization as run } from '#shared/domain/organization/others.ts';
import { showOrganization } from '#shared/domain/organization/policy.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { getOther } from './routes.ts';

/** Reads an organization of the deployment. */
export const getOtherOrganization = endpoint(getOther, async ({ deps, actor, path }) =>
  showOrganization(await run(deps, actor, path.organizationId)),
);
