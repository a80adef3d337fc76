import { showConnector } from '#shared/domain/connectors/connector.ts';
import { getConnector as run } from '#shared/domain/connectors/get.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { get } from './routes.ts';

/** Reads a connector. */
export const getConnector = endpoint(get, async ({ deps, actor, path }) =>
  showConnector(await run(deps, { organizationId: actor.organizationId, ...path })),
);
