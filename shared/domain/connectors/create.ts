import { newId } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import type { Actor } from '../actor.ts';
import { getUsableService } from '../services/get.ts';
import { connectors, type Connector, type NewConnector } from './connector.ts';
import { demandWorkspaces } from './sharing.ts';

interface CreateConnectorInput {
  readonly by: Actor;
  readonly workspaceId: string;
  readonly input: NewConnector;
}

/**
 * Registers a connector that uses a service which auths of its workspace may be made with (R20). Rejects with 404
 * `service_not_found`, or 422 `unknown_workspace`.
 */
export const createConnector = async (
  deps: Deps,
  { by, workspaceId, input }: CreateConnectorInput,
): Promise<Connector> => {
  const { organizationId } = by;
  await getUsableService(deps, { organizationId, workspaceId, service: input.serviceId });
  await demandWorkspaces(deps, { by, sharedWith: input.sharedWith });
  const now = deps.clock.now();
  const item: Connector = {
    ...input,
    id: newId('connector', deps),
    organizationId,
    workspaceId,
    version: 1,
    createdAt: now,
    updatedAt: now,
    revision: 0,
  };
  return (await deps.store.insert(connectors, item)) ?? item;
};
