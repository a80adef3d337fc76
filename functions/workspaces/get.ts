import { getWorkspace as run } from '#shared/domain/workspaces/get.ts';
import { showWorkspace } from '#shared/domain/workspaces/workspace.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { get } from './routes.ts';

/** Reads a workspace. */
export const getWorkspace = endpoint(get, async ({ deps, actor, path }) =>
  showWorkspace(await run(deps, { organizationId: actor.organizationId, ...path }), actor.role),
);
