import { sendHttpRequest as run } from '#shared/domain/http-requests/send.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { send } from './routes.ts';

/** Makes a call that a document describes. */
export const sendHttpRequest = endpoint(send, async ({ deps, actor, path, body }) => {
  const { warnings, ...sent } = await run(deps, { actor, ...path, request: body });
  return { ...sent, warnings: [...warnings] };
});
