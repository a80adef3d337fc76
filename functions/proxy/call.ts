import { proxyCall as run } from '#shared/domain/proxy/call.ts';
import { bytesEndpoint } from '#shared/entry/endpoint.ts';
import { call as withPath, callBase as withoutPath } from './routes.ts';
import { passThrough } from './pass-through.ts';

/** Calls a service with an auth's credential. */
export const proxyCall = bytesEndpoint(withPath, async ({ deps, actor, path, call }) =>
  passThrough(await run(deps, { ...call, actor, authId: path.authId, path: `/${path.path}` })),
);

/** The same for the base URL itself. */
export const proxyCallBase = bytesEndpoint(withoutPath, async ({ deps, actor, path, call }) =>
  passThrough(await run(deps, { ...call, actor, authId: path.authId, path: '' })),
);
