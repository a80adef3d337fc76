import { readSession as run } from '#shared/domain/connect/read.ts';
import { showSession } from '#shared/domain/connect/session.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { read } from './routes.ts';

/** Tells how a connect session stands. */
export const readSession = endpoint(read, async ({ deps, actor, path }) =>
  showSession(await run(deps, { organizationId: actor.organizationId, ...path })),
);
