import type { Deps } from '../../ports.ts';
import { drop } from '../drop.ts';
import { forgetWorkspace } from './recent.ts';
import { workspaceKey, workspaces } from './workspace.ts';

/** Takes a workspace away from everyone, whoever writes it meanwhile; what was in it is still there. Again: nothing happens. */
export const dropWorkspace = async (
  deps: Deps,
  where: { readonly organizationId: string; readonly workspaceId: string },
): Promise<void> => {
  await drop(deps, workspaces, workspaceKey(where.organizationId, where.workspaceId));
  forgetWorkspace(deps, where);
};
