import type { Deps } from '../../ports.ts';
import { editedMeanwhile, expectVersion } from '../versions.ts';
import { getWorkspace } from './get.ts';
import { forgetWorkspace } from './recent.ts';
import { workspaces, type Workspace } from './workspace.ts';

interface UpdateWorkspaceInput {
  readonly organizationId: string;
  readonly workspaceId: string;
  readonly name: string;
  readonly ifMatch: string | undefined;
}

/** Renames a workspace. */
export const updateWorkspace = async (
  deps: Deps,
  { name, ifMatch, ...where }: UpdateWorkspaceInput,
): Promise<Workspace> => {
  const workspace = await getWorkspace(deps, where);
  expectVersion(ifMatch, workspace.version);
  const written = await deps.store.replace(workspaces, {
    ...workspace,
    name,
    version: workspace.version + 1,
  });
  if (!written) throw editedMeanwhile();
  forgetWorkspace(deps, where);
  return written;
};
