import type { Deps } from '../../ports.ts';
import type { Actor } from '../actor.ts';
import { getUsableService } from '../services/get.ts';
import { editedMeanwhile, expectVersion } from '../versions.ts';
import { connectors, type Connector, type ConnectorEdit } from './connector.ts';
import { getConnector } from './get.ts';
import { demandWorkspaces } from './sharing.ts';

interface UpdateConnectorInput {
  readonly by: Actor;
  readonly workspaceId: string;
  readonly connectorId: string;
  readonly input: ConnectorEdit;
  readonly ifMatch: string | undefined;
}

/** Changes a connector: its name, its service, with whom it is shared. What is left out stays. */
export const updateConnector = async (
  deps: Deps,
  { by, input, ifMatch, ...where }: UpdateConnectorInput,
): Promise<Connector> => {
  const { organizationId } = by;
  const connector = await getConnector(deps, { organizationId, ...where });
  expectVersion(ifMatch, connector.version);
  const { serviceId = connector.serviceId, sharedWith = connector.sharedWith, name = connector.name } = input;
  if (serviceId !== connector.serviceId)
    await getUsableService(deps, { organizationId, workspaceId: where.workspaceId, service: serviceId });
  await demandWorkspaces(deps, { by, sharedWith, before: connector.sharedWith });
  const written = await deps.store.replace(connectors, {
    ...connector,
    name,
    serviceId,
    sharedWith,
    version: connector.version + 1,
    updatedAt: deps.clock.now(),
  });
  if (!written) throw editedMeanwhile();
  return written;
};
