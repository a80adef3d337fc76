import { personalWorkspaceFor } from '#shared/domain/workspaces/personal.ts';
import { showWorkspace } from '#shared/domain/workspaces/workspace.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { putPersonal } from './routes.ts';

/** Makes the caller's personal workspace, once. */
export const putPersonalWorkspace = endpoint(putPersonal, async ({ deps, actor }) =>
  showWorkspace(await personalWorkspaceFor(deps, actor), 'admin'),
);
