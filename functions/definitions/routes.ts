import * as z from 'zod';
import { DefinitionsExport, ExportRequest } from '#shared/domain/definitions/export.ts';
import { ImportReport, ImportRequest } from '#shared/domain/definitions/import-request.ts';
import { route } from '#shared/entry/route.ts';
import { WorkspaceId } from '#shared/ids.ts';

const path = z.strictObject({ workspaceId: WorkspaceId });

export const exportDefinitions = route({
  name: 'exportDefinitions',
  method: 'POST',
  path: '/v1/workspaces/{workspaceId}/services/export',
  summary:
    'Writes services as a document for another deployment: no secrets, no ids, and a list of what is to be filled in there.',
  needs: 'transfers:write',
  request: { path, body: ExportRequest },
  response: DefinitionsExport,
});

export const importDefinitions = route({
  name: 'importDefinitions',
  method: 'POST',
  path: '/v1/workspaces/{workspaceId}/services/import-definitions',
  summary:
    'Makes services of such a document, all or none; with dryRun it answers, also with 201, what it would do and what is missing.',
  needs: 'services:write',
  status: 201,
  mostValues: 100_000,
  request: { path, body: ImportRequest },
  response: ImportReport,
  example: {
    document: {
      format: 'latchkey.definitions',
      version: 1,
      services: [
        {
          ref: 'acme-crm',
          definition: {
            name: 'Acme CRM',
            baseUrl: 'https://api.acme.example/v2',
            auth: {
              type: 'oauth2',
              grant: 'authorization_code',
              authorizationUrl: 'https://acme.example/oauth/authorize',
              tokenUrl: 'https://acme.example/oauth/token',
              clientId: 'latchkey',
              clientSecret: { required: 'clientSecret' },
            },
          },
        },
      ],
    },
    values: { 'services.0.definition.auth.clientSecret': 'the-secret-of-the-application' },
    clashes: 'refuse',
    dryRun: false,
  },
});
