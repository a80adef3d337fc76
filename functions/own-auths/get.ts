import { describeAuth } from '#shared/domain/auths/describe.ts';
import { endUserOf, getOwnAuth as run } from '#shared/domain/end-users/own-auths.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { get } from './routes.ts';

/** Reads an auth of the end user who asks. */
export const getOwnAuth = endpoint(get, async ({ deps, actor, path }) =>
  describeAuth(deps, await run(deps, endUserOf(actor), path.authId)),
);
