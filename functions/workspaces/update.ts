import { updateWorkspace as run } from '#shared/domain/workspaces/update.ts';
import { showWorkspace } from '#shared/domain/workspaces/workspace.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { update } from './routes.ts';

/** Renames a workspace. */
export const updateWorkspace = endpoint(update, async ({ deps, actor, path, body, ifMatch }) =>
  showWorkspace(
    await run(deps, { organizationId: actor.organizationId, ...path, ...body, ifMatch }),
    actor.role,
  ),
);
