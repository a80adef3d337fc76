import { page } from '#shared/domain/paging.ts';
import { importRecords, importsOf, showImport } from '#shared/domain/transfers/import-record.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { listImports as route } from './routes.ts';

/** Lists the imports into a workspace. */
export const listImports = endpoint(route, ({ deps, actor, path, query }) =>
  page(deps.store, importRecords, {
    ...importsOf(actor.organizationId, path.workspaceId),
    query,
    show: showImport,
  }),
);
