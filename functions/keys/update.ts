import { showKey } from '#shared/domain/keys/key.ts';
import { renameKey } from '#shared/domain/keys/rename.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { update } from './routes.ts';

/** Renames a server key. */
export const updateKey = endpoint(update, async ({ deps, actor, path, body, ifMatch }) =>
  showKey(await renameKey(deps, { by: actor, ...path, ...body, ifMatch }), deps.clock.now()),
);
