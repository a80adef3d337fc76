import { showKey } from '#shared/domain/keys/key.ts';
import { rotateKey as run } from '#shared/domain/keys/rotate.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { rotate } from './routes.ts';

/** Gives a server key a new text and shows it, this once. */
export const rotateKey = endpoint(rotate, async ({ deps, actor, path, body, ifMatch }) => {
  const { key, text } = await run(deps, { by: actor, ...path, ...body, ifMatch });
  return { ...showKey(key, deps.clock.now()), key: text.reveal() };
});
