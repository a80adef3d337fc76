import { showOrganization, updateOrganization as run } from '#shared/domain/organization/policy.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { update } from './routes.ts';

/** Changes what the organization allows. */
export const updateOrganization = endpoint(update, async ({ deps, actor, body, ifMatch }) =>
  showOrganization(await run(deps, { organizationId: actor.organizationId, edit: body, ifMatch })),
);
