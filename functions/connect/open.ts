import { openConnect } from '#shared/domain/connect/open.ts';
import { pageEndpoint } from '#shared/entry/endpoint.ts';
import { nextPage } from './pages.ts';
import { open } from './routes.ts';

/** Shows the person's page, or sends them on to the provider. */
export const openPage = pageEndpoint(open, async ({ deps, path }) =>
  nextPage(await openConnect(deps, path.token)),
);
