import { testAuth as run } from '#shared/domain/auths/test-auth.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { test } from './routes.ts';

/** Tries the credential of an auth. */
export const testAuth = endpoint(test, ({ deps, actor, path }) =>
  run(deps, { organizationId: actor.organizationId, ...path }),
);
