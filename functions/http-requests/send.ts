import { sendHttpRequest as run } from '#shared/domain/http-requests/send.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { send } from './routes.ts';

/** Makes a call that a document describes. */
export const sendHttpRequest = endpoint(send, async ({ deps, actor, path, body, call }) => {
  const { signal } = call;
  const { warnings, ...sent } = await run(deps, { actor, ...path, request: body, signal });
  return { ...sent, warnings: [...warnings] };
});
