import { createKey as run } from '#shared/domain/keys/create.ts';
import { showKey } from '#shared/domain/keys/key.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { create } from './routes.ts';

/** Makes a server key and shows its text, this once. */
export const createKey = endpoint(create, async ({ deps, actor, body }) => {
  const { key, text } = await run(deps, { by: actor, input: body });
  return { ...showKey(key, deps.clock.now()), key: text.reveal() };
});
