import { describeAuth } from '#shared/domain/auths/describe.ts';
import { refreshNow } from '#shared/domain/auths/refresh-now.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { refresh } from './routes.ts';

/** Renews the access token now. */
export const refreshAuth = endpoint(refresh, async ({ deps, actor, path }) =>
  describeAuth(deps, await refreshNow(deps, { organizationId: actor.organizationId, ...path })),
);
