import { startConnect } from '#shared/domain/connect/start.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { start } from './routes.ts';

/** Opens a connect session and answers with the page that the person is sent to. */
export const startSession = endpoint(start, ({ deps, actor, path, body }) =>
  startConnect(deps, { organizationId: actor.organizationId, ...path, input: body }),
);
