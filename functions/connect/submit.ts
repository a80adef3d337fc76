import { submitConnect } from '#shared/domain/connect/submit.ts';
import { pageEndpoint } from '#shared/entry/endpoint.ts';
import { nextPage } from './pages.ts';
import { submit } from './routes.ts';

/** Takes the fields that the person filled in, and the scopes that they ticked. */
export const submitPage = pageEndpoint(submit, async ({ deps, path, body }) =>
  nextPage(await submitConnect(deps, path.token, body)),
);
