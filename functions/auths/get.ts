import { showAuth } from '#shared/domain/auths/auth.ts';
import { getAuth as run } from '#shared/domain/auths/get.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { get } from './routes.ts';

/** Reads an auth. */
export const getAuth = endpoint(get, async ({ deps, actor, path }) =>
  showAuth(await run(deps, { organizationId: actor.organizationId, ...path })),
);
