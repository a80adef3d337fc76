import { AppError, notFound } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { workspaceKey, workspaces, type Workspace } from './workspace.ts';

/** A workspace of an organization; 404 `workspace_not_found` for any other. */
export const getWorkspace = async (
  { store }: Deps,
  { organizationId, workspaceId }: { organizationId: string; workspaceId: string },
): Promise<Workspace> => {
  const workspace = await store.get(workspaces, workspaceKey(organizationId, workspaceId));
  if (!workspace) throw notFound('workspace');
  return workspace;
};

/** The same; undefined for any other. */
export const findWorkspace = (
  deps: Deps,
  ref: Parameters<typeof getWorkspace>[1],
): Promise<Workspace | undefined> =>
  getWorkspace(deps, ref).catch((error: unknown) => {
    if (error instanceof AppError && error.status === 404) return undefined;
    throw error;
  });
