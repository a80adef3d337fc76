import { OrganizationEdit, OrganizationView } from '#shared/domain/organization/policy.ts';
import { route } from '#shared/entry/route.ts';

export const get = route({
  name: 'getOrganization',
  method: 'GET',
  path: '/v1/organization',
  summary: 'Reads the organization of the key, and what it allows.',
  needs: 'workspaces:read',
  response: OrganizationView,
});

export const update = route({
  name: 'updateOrganization',
  method: 'PATCH',
  path: '/v1/organization',
  summary: 'Allows or forbids the discouraged types (password grant, OAuth 1) for new services and auths.',
  needs: 'organization:write',
  request: { body: OrganizationEdit },
  response: OrganizationView,
  example: { discouragedTypes: 'forbidden' },
});
