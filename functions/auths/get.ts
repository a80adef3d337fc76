import { describeAuth } from '#shared/domain/auths/describe.ts';
import { getAuth as run } from '#shared/domain/auths/get.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { get } from './routes.ts';

/** Reads an auth. */
export const getAuth = endpoint(get, async ({ deps, actor, path }) =>
  describeAuth(deps, await run(deps, { organizationId: actor.organizationId, ...path })),
);
