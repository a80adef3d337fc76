import { notFound } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { connectorKey, connectors, type Connector } from './connector.ts';

export interface ConnectorRef {
  readonly organizationId: string;
  readonly workspaceId: string;
  readonly connectorId: string;
}

/** A connector as the members of its own workspace manage it. 404 `connector_not_found` from every other workspace. */
export const getConnector = async (
  { store }: Pick<Deps, 'store'>,
  { organizationId, workspaceId, connectorId }: ConnectorRef,
): Promise<Connector> => {
  const connector = await store.get(connectors, connectorKey(organizationId, connectorId));
  if (connector?.workspaceId !== workspaceId) throw notFound('connector');
  return connector;
};
