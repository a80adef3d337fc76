import * as z from 'zod';
import { PageQuery, pageOf } from '#shared/domain/inputs.ts';
import { NewOrganization } from '#shared/domain/organization/create.ts';
import { CredentialReaders, CredentialReadersView } from '#shared/domain/organization/credential-readers.ts';
import { OrganizationEdit, OrganizationView } from '#shared/domain/organization/policy.ts';
import { OrganizationReceipt } from '#shared/domain/organization/removal.ts';
import { route } from '#shared/entry/route.ts';
import { OrganizationId } from '#shared/ids.ts';

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
  summary:
    'Renames the organization, or allows or forbids the discouraged types (password grant, OAuth 1) for new services and auths.',
  needs: 'organization:write',
  request: { body: OrganizationEdit },
  response: OrganizationView,
  example: { discouragedTypes: 'forbidden' },
});

export const getReaders = route({
  name: 'getCredentialReaders',
  method: 'GET',
  path: '/v1/organization/credential-readers',
  summary: 'Reads which roles may be handed access tokens (permission credentials:read), and who said so.',
  needs: 'grants:read',
  response: CredentialReadersView,
});

export const setReaders = route({
  name: 'setCredentialReaders',
  method: 'PUT',
  path: '/v1/organization/credential-readers',
  summary:
    'Grants the permission credentials:read to these roles and takes it back from all others, from the next call on. At first no role has it.',
  needs: 'grants:write',
  request: { body: CredentialReaders },
  response: CredentialReadersView,
  example: { roles: ['contributor'] },
});

export const create = route({
  name: 'createOrganization',
  method: 'POST',
  path: '/v1/organizations',
  summary:
    'Makes another organization in the deployment. The answer is the only place that ever shows its first key. Only owners of the first organization do.',
  needs: 'organizations:write',
  status: 201,
  holdsSecret: true,
  request: { body: NewOrganization },
  response: OrganizationView.extend({ key: z.string() }),
  example: { name: 'Acme', externalId: 'tenant-17' },
});

export const list = route({
  name: 'listOrganizations',
  method: 'GET',
  path: '/v1/organizations',
  summary: 'Lists the organizations of the deployment, for owners of the first one.',
  needs: 'organizations:write',
  request: { query: PageQuery },
  response: pageOf(OrganizationView),
});

export const getOther = route({
  name: 'getOtherOrganization',
  method: 'GET',
  path: '/v1/organizations/{organizationId}',
  summary: 'Reads an organization of the deployment, for owners of the first one.',
  needs: 'organizations:write',
  request: { path: z.strictObject({ organizationId: OrganizationId }) },
  response: OrganizationView,
});

export const remove = route({
  name: 'deleteOrganization',
  method: 'DELETE',
  path: '/v1/organization',
  summary:
    'Deletes the organization of the caller with all that it has. Say its id once more as ?confirm=. The one that the deployment began with stays.',
  needs: 'organization:write',
  status: 202,
  request: { query: z.strictObject({ confirm: z.string().max(100) }) },
  response: OrganizationReceipt,
});

export const receipt = route({
  name: 'getOrganizationRemoval',
  method: 'GET',
  path: '/v1/organization-removals/{organizationId}',
  summary:
    'Reads the receipt of an organization that was deleted. For owners of the organization that the deployment began with.',
  needs: 'organizations:write',
  request: { path: z.strictObject({ organizationId: OrganizationId }) },
  response: OrganizationReceipt,
});
