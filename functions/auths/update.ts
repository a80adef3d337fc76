import { describeAuth } from '#shared/domain/auths/describe.ts';
import { updateAuth as run } from '#shared/domain/auths/update.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { update } from './routes.ts';

/** Changes name, tags or metadata of an auth. */
export const updateAuth = endpoint(update, async ({ deps, actor, path, body, ifMatch }) =>
  describeAuth(deps, await run(deps, { organizationId: actor.organizationId, ...path, edit: body, ifMatch })),
);
