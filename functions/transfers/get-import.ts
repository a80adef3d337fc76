import { getImport as run } from '#shared/domain/transfers/get-import.ts';
import { showImport } from '#shared/domain/transfers/import-record.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { getImport as route } from './routes.ts';

/** Reads an import. */
export const getImport = endpoint(route, async ({ deps, actor, path }) =>
  showImport(await run(deps, { organizationId: actor.organizationId, ...path })),
);
