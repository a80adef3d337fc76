import * as z from 'zod';
import { PageQuery, pageOf } from '#shared/domain/inputs.ts';
import { ExportRequest, Exported } from '#shared/domain/transfers/export-request.ts';
import { ImportView } from '#shared/domain/transfers/import-record.ts';
import { Imported, ImportRequest } from '#shared/domain/transfers/import-request.ts';
import { PlanView } from '#shared/domain/transfers/plan-view.ts';
import { route } from '#shared/entry/route.ts';
import { ImportId, WorkspaceId } from '#shared/ids.ts';

const inWorkspace = z.strictObject({ workspaceId: WorkspaceId });
const path = z.strictObject({ workspaceId: WorkspaceId, importId: ImportId });

/** The steps are the platform's own JSON, of any shape. */
const mostValues = 100_000;

const bundle = {
  format: 'latchkey.bundle',
  version: 1,
  name: 'Orders to CRM',
  services: [{ ref: 'acme-crm', name: 'Acme CRM', type: 'oauth2', hosts: ['api.acme.example'] }],
  connectors: [{ ref: 'acme-orders', name: 'Acme orders', service: 'acme-crm' }],
  steps: [
    { kind: 'connector', connector: 'acme-orders', content: { act: 'list' } },
    { kind: 'http_client', service: 'acme-crm', content: { method: 'GET', path: '/me' } },
  ],
};

export const exportBundle = route({
  name: 'exportBundle',
  method: 'POST',
  path: '/v1/workspaces/{workspaceId}/exports',
  summary:
    'Makes a workflow bundle of steps: their services by portable reference, no secret and no id of an auth.',
  needs: 'transfers:write',
  mostValues,
  request: { path: inWorkspace, body: ExportRequest },
  response: Exported,
  example: {
    name: 'Orders to CRM',
    steps: [
      { kind: 'connector', connectorId: 'con_01hvx3s9k2m4n6p8q0r2s4t6v8', content: { act: 'list' } },
      { kind: 'http_client', serviceId: 'Acme CRM', content: { method: 'GET', path: '/me' } },
    ],
  },
});

export const importBundle = route({
  name: 'importBundle',
  method: 'POST',
  path: '/v1/workspaces/{workspaceId}/imports',
  summary:
    'Imports a workflow bundle, wholly or not at all, and answers with its steps as they are here. 409 names every service that is missing or needs a mapping.',
  needs: 'transfers:write',
  mostValues,
  status: 201,
  request: { path: inWorkspace, body: ImportRequest },
  response: Imported,
  example: { bundle, mapping: {} },
});

export const checkImport = route({
  name: 'checkImport',
  method: 'POST',
  path: '/v1/workspaces/{workspaceId}/imports/check',
  summary:
    'Tries an import dry: which services are there, which are missing and how to share them, which need a mapping. Nothing is stored.',
  needs: 'transfers:write',
  mostValues,
  request: { path: inWorkspace, body: ImportRequest },
  response: PlanView,
  example: { bundle },
});

export const listImports = route({
  name: 'listImports',
  method: 'GET',
  path: '/v1/workspaces/{workspaceId}/imports',
  summary: 'Lists the imports into the workspace, the oldest first, each with what stands for what.',
  needs: 'services:read',
  request: { path: inWorkspace, query: PageQuery },
  response: pageOf(ImportView),
});

export const getImport = route({
  name: 'getImport',
  method: 'GET',
  path: '/v1/workspaces/{workspaceId}/imports/{importId}',
  summary: 'Reads an import: what stands for what. Its steps are not kept.',
  needs: 'services:read',
  request: { path },
  response: ImportView,
});
