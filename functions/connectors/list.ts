import { connectors, connectorsOf, showConnector } from '#shared/domain/connectors/connector.ts';
import { page } from '#shared/domain/paging.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { list } from './routes.ts';

/** Lists the connectors of a workspace. */
export const listConnectors = endpoint(list, ({ deps, actor, path, query }) =>
  page(deps.store, connectors, {
    ...connectorsOf(actor.organizationId, path.workspaceId),
    query,
    show: showConnector,
  }),
);
