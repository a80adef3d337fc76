import { proxyCall as run } from '#shared/domain/proxy/call.ts';
import { optionsOf } from '#shared/domain/proxy/options-of.ts';
import { bytesEndpoint, type Endpoint } from '#shared/entry/endpoint.ts';
import type { Deps } from '#shared/ports.ts';
import { call as withPath, callBase as withoutPath } from './routes.ts';
import { passThrough } from './pass-through.ts';
import { withAdvice, withinLimit, type TimeLimit } from './time-limit.ts';

type ProxyCall = Parameters<typeof run>[1];

/** Calls a service with an auth's credential, at a path and at the base URL itself, within the time that the way to us leaves. */
export const proxyCalls = (limit: TimeLimit): readonly Endpoint[] => {
  const pass = async (deps: Deps, call: ProxyCall) => {
    const options = withinLimit(limit, optionsOf(call.headers));
    const answer = await run(deps, { ...call, options }).catch((error: unknown) => {
      throw withAdvice(limit, deps.settings, error);
    });
    return passThrough(answer);
  };
  return [
    bytesEndpoint(withPath, ({ deps, actor, path, call }) =>
      pass(deps, { ...call, actor, authId: path.authId, path: `/${path.path}` }),
    ),
    bytesEndpoint(withoutPath, ({ deps, actor, path, call }) =>
      pass(deps, { ...call, actor, authId: path.authId, path: '' }),
    ),
  ];
};
