import * as z from 'zod';
import { ConnectorEdit, ConnectorView, NewConnector } from '#shared/domain/connectors/connector.ts';
import { PageQuery, pageOf } from '#shared/domain/inputs.ts';
import { route } from '#shared/entry/route.ts';
import { ConnectorId, WorkspaceId } from '#shared/ids.ts';

const inWorkspace = z.strictObject({ workspaceId: WorkspaceId });
const path = z.strictObject({ workspaceId: WorkspaceId, connectorId: ConnectorId });

export const create = route({
  name: 'createConnector',
  method: 'POST',
  path: '/v1/workspaces/{workspaceId}/connectors',
  summary: 'Registers a custom connector: the service that it uses, and with which workspaces it is shared.',
  needs: 'connectors:write',
  status: 201,
  request: { path: inWorkspace, body: NewConnector },
  response: ConnectorView,
  example: {
    name: 'Acme orders',
    serviceId: 'svc_01hvx3s9k2m4n6p8q0r2s4t6v8',
    sharedWith: ['ws_01hvx3s9k2m4n6p8q0r2s4t6v8'],
  },
});

export const list = route({
  name: 'listConnectors',
  method: 'GET',
  path: '/v1/workspaces/{workspaceId}/connectors',
  summary: 'Lists the connectors of the workspace.',
  needs: 'connectors:read',
  request: { path: inWorkspace, query: PageQuery },
  response: pageOf(ConnectorView),
});

export const get = route({
  name: 'getConnector',
  method: 'GET',
  path: '/v1/workspaces/{workspaceId}/connectors/{connectorId}',
  summary: 'Reads a connector.',
  needs: 'connectors:read',
  request: { path },
  response: ConnectorView,
});

export const update = route({
  name: 'updateConnector',
  method: 'PATCH',
  path: '/v1/workspaces/{workspaceId}/connectors/{connectorId}',
  summary:
    'Renames a connector, gives it another service, or says with whom it is shared: workspaces, or "organization".',
  needs: 'connectors:write',
  request: { path, body: ConnectorEdit },
  response: ConnectorView,
  example: { sharedWith: 'organization' },
});

export const remove = route({
  name: 'deleteConnector',
  method: 'DELETE',
  path: '/v1/workspaces/{workspaceId}/connectors/{connectorId}',
  summary: 'Deletes a connector.',
  needs: 'connectors:write',
  status: 204,
  request: { path },
});
