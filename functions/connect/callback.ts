import { completeConnect } from '#shared/domain/connect/complete.ts';
import { pageEndpoint } from '#shared/entry/endpoint.ts';
import { completedPage } from './pages.ts';
import type { Call, Reply } from '#shared/entry/http.ts';
import type { Deps } from '#shared/ports.ts';
import { callback, callbackIn } from './routes.ts';

const complete = async (deps: Deps, call: Call): Promise<Reply> => {
  const { publicUrl } = deps.settings;
  const input = { query: new URLSearchParams(call.query), redirectUri: `${publicUrl}${call.path}` };
  return completedPage(await completeConnect(deps, input), publicUrl);
};

/** Takes the provider's answer and shows the person how it ended. */
export const completeCallback = pageEndpoint(callback, ({ deps, call }) => complete(deps, call));

/** The same for an environment other than production. */
export const completeCallbackIn = pageEndpoint(callbackIn, ({ deps, call }) => complete(deps, call));
