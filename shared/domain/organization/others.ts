import type { Deps } from '../../ports.ts';
import type { Actor } from '../actor.ts';
import type { PageQuery } from '../inputs.ts';
import { page } from '../paging.ts';
import {
  allOrganizations,
  organizationOf,
  organizations,
  type Organization,
} from '../workspaces/organization.ts';
import { demandFirstOrganization } from './create.ts';
import { showOrganization } from './policy.ts';

/** The organizations of the deployment, for the first one (403 for others). */
export const listOrganizations = async (deps: Deps, actor: Actor, query: PageQuery) => {
  await demandFirstOrganization(deps, actor);
  return page(deps.store, organizations, { ...allOrganizations, query, show: showOrganization });
};

/** One of them; 404 `organization_not_found`. */
export const getOtherOrganization = async (deps: Deps, actor: Actor, id: string): Promise<Organization> => {
  await demandFirstOrganization(deps, actor);
  return organizationOf(deps, id);
};
