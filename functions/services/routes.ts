import * as z from 'zod';
import { PageQuery, pageOf } from '#shared/domain/inputs.ts';
import { AvailableService } from '#shared/domain/services/available.ts';
import { ClientSecretsView } from '#shared/domain/services/client-secrets.ts';
import { CheckAnswer } from '#shared/domain/services/check/finding.ts';
import { FromCatalogue } from '#shared/domain/services/create-from-catalogue.ts';
import { ServiceInput } from '#shared/domain/services/definition.ts';
import { ImportDraft, ImportRequest } from '#shared/domain/services/import-request.ts';
import { ServiceView } from '#shared/domain/services/view.ts';
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

export const createFromCatalogue = route({
  name: 'createServiceFromCatalogue',
  method: 'POST',
  path: '/v1/workspaces/{workspaceId}/services/from-catalogue',
  summary: 'Makes a service of a ready definition: give your OAuth application, no more.',
  needs: 'services:write',
  status: 201,
  request: { path: inWorkspace, body: FromCatalogue },
  response: ServiceView,
  example: { entry: 'gitlab', clientId: 'the-id', clientSecret: 'the-secret-of-the-application' },
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

export const listAvailable = route({
  name: 'listAvailableServices',
  method: 'GET',
  path: '/v1/workspaces/{workspaceId}/available-services',
  summary:
    'Lists the services that auths of the workspace may be made with: its own, those of the organization and the embedded workspace, and legacy ones. What is needed for an auth, not the definition.',
  needs: 'available_services:read',
  request: { path: inWorkspace, query: PageQuery },
  response: pageOf(AvailableService),
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
  summary: 'Deletes a service that no auth uses; with ?force=true its auths with it.',
  needs: 'services:write',
  status: 204,
  request: { path, query: z.strictObject({ force: z.enum(['true', 'false']).default('false') }) },
});

export const move = route({
  name: 'moveService',
  method: 'POST',
  path: '/v1/workspaces/{workspaceId}/services/{serviceId}/move',
  summary:
    'Moves a legacy service from a personal workspace to the organization workspace. Its id, its secrets and its auths stay; again, nothing happens.',
  needs: 'services:write',
  request: { path },
  response: z.object({ id: ServiceId, workspaceId: WorkspaceId, moved: z.boolean() }),
});

export const importDraft = route({
  name: 'importService',
  method: 'POST',
  path: '/v1/workspaces/{workspaceId}/services/import',
  summary:
    'Drafts a service from an OpenAPI or Swagger document, or from an issuer. Nothing is stored: complete the draft and create it.',
  needs: 'services:write',
  mostValues: 100_000,
  status: 200,
  request: { path: inWorkspace, body: ImportRequest },
  response: ImportDraft,
  example: {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Acme CRM', version: '1' },
      servers: [{ url: 'https://api.acme.example/v2' }],
      components: { securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-Api-Key' } } },
    },
  },
});

export const checkNew = route({
  name: 'checkDefinition',
  method: 'POST',
  path: '/v1/workspaces/{workspaceId}/services/check',
  summary: 'Tries a definition dry: what is wrong with it, what is risky, and what to do. Nothing is stored.',
  needs: 'services:write',
  status: 200,
  request: { path: inWorkspace, body: z.record(z.string(), z.unknown()) },
  response: CheckAnswer,
  example,
});

export const check = route({
  name: 'checkService',
  method: 'POST',
  path: '/v1/workspaces/{workspaceId}/services/{serviceId}/check',
  summary:
    'Tries an edit dry, as a whole definition, and tells what it would do to existing auths; without a body the service as it stands. Nothing is stored.',
  needs: 'services:write',
  status: 200,
  request: { path, body: z.record(z.string(), z.unknown()).default({}) },
  response: CheckAnswer,
});

export const clientSecret = route({
  name: 'getClientSecret',
  method: 'GET',
  path: '/v1/workspaces/{workspaceId}/services/{serviceId}/client-secret',
  summary:
    'Tells by environment when the client secret ends, whether the next one is set, and how many auths would stop renewing with it. Never the secret.',
  needs: 'services:read',
  request: { path },
  response: ClientSecretsView,
});
