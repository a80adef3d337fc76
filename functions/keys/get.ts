import { getKey as run } from '#shared/domain/keys/edit.ts';
import { showKey } from '#shared/domain/keys/key.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { get } from './routes.ts';

/** Shows a server key. */
export const getKey = endpoint(get, async ({ deps, actor: { organizationId }, path }) =>
  showKey(await run(deps, { organizationId, ...path }), deps.clock.now()),
);
