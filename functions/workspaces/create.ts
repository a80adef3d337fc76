import { createWorkspaceAs as run } from '#shared/domain/workspaces/create-as.ts';
import { showWorkspace } from '#shared/domain/workspaces/workspace.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { create } from './routes.ts';

/** Makes a workspace. */
export const createWorkspace = endpoint(create, async ({ deps, actor, body }) =>
  showWorkspace(await run(deps, { by: actor, ...body }), actor.role),
);
