import { sideBySide } from '#shared/domain/side-by-side.ts';
import { WorkspaceRemovalDue } from '#shared/domain/workspaces/events.ts';
import { finishWorkspaceRemoval } from '#shared/domain/workspaces/finish-removal.ts';
import { reactionTo } from '#shared/entry/reaction.ts';

/** Destroys what deleted workspaces leave. */
export const handler = reactionTo(
  'finish-workspace-removals',
  WorkspaceRemovalDue,
  (deps, { organizationId, data }) =>
    sideBySide(
      data.workspaceIds,
      (workspaceId) => finishWorkspaceRemoval(deps, { organizationId, workspaceId }),
      1,
    ),
);
