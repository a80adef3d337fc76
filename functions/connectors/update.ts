import { showConnector } from '#shared/domain/connectors/connector.ts';
import { updateConnector as run } from '#shared/domain/connectors/update.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { update } from './routes.ts';

/** Changes a connector. */
export const updateConnector = endpoint(update, async ({ deps, actor, path, body, ifMatch }) =>
  showConnector(await run(deps, { by: actor, ...path, input: body, ifMatch })),
);
