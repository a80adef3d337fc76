import { createOrganization as run } from '#shared/domain/organization/create.ts';
import { showOrganization } from '#shared/domain/organization/policy.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { create } from './routes.ts';

/** Makes another organization, and shows its first key, this once. */
export const createOrganization = endpoint(create, async ({ deps, actor, body }) => {
  const { organization, key } = await run(deps, { by: actor, ...body });
  return { ...showOrganization(organization), key: key.reveal() };
});
