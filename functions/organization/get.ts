import { showOrganization } from '#shared/domain/organization/policy.ts';
import { organizationOf } from '#shared/domain/workspaces/organization.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { get } from './routes.ts';

/** Reads the organization. */
export const getOrganization = endpoint(get, async ({ deps, actor }) =>
  showOrganization(await organizationOf(deps, actor.organizationId)),
);
