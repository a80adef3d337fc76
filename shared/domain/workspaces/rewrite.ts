import type { Deps } from '../../ports.ts';
import { findWorkspace } from './get.ts';
import { forgetWorkspace } from './recent.ts';
import { workspaces, type Workspace } from './workspace.ts';

/**
 * Writes a workspace anew, whoever writes it meanwhile, so that whoever is about to take it away looks once more. Undefined when it
 * is gone, or `change` leaves it as it is.
 */
export const rewriteWorkspace = async (
  deps: Deps,
  where: { readonly organizationId: string; readonly workspaceId: string },
  change: (workspace: Workspace) => Workspace | undefined,
): Promise<Workspace | undefined> => {
  for (;;) {
    const found = await findWorkspace(deps, where);
    const next = found && change(found);
    if (!next) return undefined;
    const written = await deps.store.replace(workspaces, next);
    if (!written) continue;
    forgetWorkspace(deps, where);
    return written;
  }
};
