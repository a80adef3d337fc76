import { completeConnect } from '#shared/domain/connect/complete.ts';
import { pageEndpoint } from '#shared/entry/endpoint.ts';
import { completedPage } from './pages.ts';
import { callback } from './routes.ts';

/** Takes the provider's answer and shows the person how it ended. */
export const completeCallback = pageEndpoint(callback, async ({ deps, call }) =>
  completedPage(await completeConnect(deps, new URLSearchParams(call.query)), deps.settings.publicUrl),
);
