import { createAuth as run } from '#shared/domain/auths/create.ts';
import { describeAuth } from '#shared/domain/auths/describe.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { create } from './routes.ts';

/** Makes an auth without a consent; its answer warns of a discouraged type. */
export const createAuth = endpoint(create, async ({ deps, actor, path, body }) => {
  const { auth, warnings } = await run(deps, { organizationId: actor.organizationId, ...path, input: body });
  return { ...(await describeAuth(deps, auth)), warnings: [...warnings] };
});
