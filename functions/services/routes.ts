import * as z from 'zod';
import { PageQuery, pageOf } from '#shared/domain/inputs.ts';
import { ServiceInput } from '#shared/domain/services/definition.ts';
import { ServiceView } from '#shared/domain/services/service.ts';
import { route } from '#shared/entry/route.ts';
import { ServiceId, WorkspaceId } from '#shared/ids.ts';

const inWorkspace = z.strictObject({ workspaceId: WorkspaceId });
const path = z.strictObject({ workspaceId: WorkspaceId, serviceId: ServiceId });

const example = {
  name: 'Acme CRM',
  baseUrl: 'https://{{subdomain}}.acme.example/api/v2',
  fields: [
    { key: 'subdomain', title: 'Sub-domain', pattern: '^[a-z0-9-]+$', help: 'The part before .acme.example' },
  ],
  auth: {
    type: 'oauth2',
    grant: 'authorization_code',
    authorizationUrl: 'https://{{subdomain}}.acme.example/oauth/authorize',
    tokenUrl: 'https://{{subdomain}}.acme.example/oauth/token',
    clientId: 'latchkey',
    clientSecret: 'the-secret-of-the-application',
    scopes: ['read', 'offline_access'],
  },
};

export const create = route({
  name: 'createService',
  method: 'POST',
  path: '/v1/workspaces/{workspaceId}/services',
  summary: 'Defines a service.',
  needs: 'services:write',
  status: 201,
  request: { path: inWorkspace, body: ServiceInput },
  response: ServiceView,
  example,
});

export const list = route({
  name: 'listServices',
  method: 'GET',
  path: '/v1/workspaces/{workspaceId}/services',
  summary: 'Lists the services that the workspace manages.',
  needs: 'services:read',
  request: { path: inWorkspace, query: PageQuery },
  response: pageOf(ServiceView),
});

export const get = route({
  name: 'getService',
  method: 'GET',
  path: '/v1/workspaces/{workspaceId}/services/{serviceId}',
  summary: 'Reads a definition. Its client secret is shown as set or not.',
  needs: 'services:read',
  request: { path },
  response: ServiceView,
});

export const update = route({
  name: 'updateService',
  method: 'PUT',
  path: '/v1/workspaces/{workspaceId}/services/{serviceId}',
  summary: 'Replaces a definition by a new version. A client secret that is left out or empty is kept.',
  needs: 'services:write',
  request: { path, body: ServiceInput },
  response: ServiceView,
  example,
});

export const patch = route({
  name: 'patchService',
  method: 'PATCH',
  path: '/v1/workspaces/{workspaceId}/services/{serviceId}',
  summary: 'Changes parts of a definition by a JSON merge patch (RFC 7396), as a new version.',
  needs: 'services:write',
  request: { path, body: z.record(z.string(), z.unknown()) },
  response: ServiceView,
  example: { name: 'Acme CRM (new)', auth: { scopes: ['read'] } },
});

export const remove = route({
  name: 'deleteService',
  method: 'DELETE',
  path: '/v1/workspaces/{workspaceId}/services/{serviceId}',
  summary: 'Deletes a service that no auth uses.',
  needs: 'services:write',
  status: 204,
  request: { path },
});
