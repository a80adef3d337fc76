import { AppError } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { memory } from '../memory.ts';
import { findOrganization } from './organization.ts';
import { recentWorkspace } from './recent.ts';

const organizationStands = memory<boolean>(10_000);

/**
 * Whether a workspace and its organization are still there, as it was some seconds ago at the most: what is bound to one that was
 * deleted lets nobody in any more, though it is destroyed later.
 */
export const isStanding = async (
  deps: Deps,
  where: { readonly organizationId: string; readonly workspaceId: string },
): Promise<boolean> => {
  const { organizationId } = where;
  const load = async () => (await findOrganization(deps, organizationId)) !== undefined;
  const [organization, workspace] = await Promise.all([
    organizationStands.recall(deps, organizationId, load),
    recentWorkspace(deps, where).catch((error: unknown) => {
      if (error instanceof AppError && error.status === 404) return undefined;
      throw error;
    }),
  ]);
  return organization && workspace !== undefined;
};
