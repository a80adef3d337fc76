import { exportHistory as run } from '#shared/domain/history/export.ts';
import { linesEndpoint } from '#shared/entry/endpoint.ts';
import { exported, exportedOfWorkspace } from './routes.ts';

/** Who did what in the organization, as JSON lines. */
export const exportHistory = linesEndpoint(exported, ({ deps, actor, query }) =>
  run(deps, { organizationId: actor.organizationId, query }),
);

/** Who did what in a workspace, as JSON lines. */
export const exportWorkspaceHistory = linesEndpoint(exportedOfWorkspace, ({ deps, actor, path, query }) =>
  run(deps, { organizationId: actor.organizationId, ...path, query }),
);
