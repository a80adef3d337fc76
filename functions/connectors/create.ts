import { showConnector } from '#shared/domain/connectors/connector.ts';
import { createConnector as run } from '#shared/domain/connectors/create.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { create } from './routes.ts';

/** Registers a custom connector. */
export const createConnector = endpoint(create, async ({ deps, actor, path, body }) =>
  showConnector(await run(deps, { by: actor, ...path, input: body })),
);
