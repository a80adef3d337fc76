import type { Deps } from '../../ports.ts';
import { AppError } from '../../errors.ts';
import { legacyOf } from './legacy.ts';
import { moveService } from './move.ts';
import { discardService, finishServiceRemoval } from './remove.ts';
import type { Service } from './service.ts';

/**
 * Destroys a service of a workspace that is gone, with its auths in every workspace and secrets. A legacy one is
 * moved to the organization workspace instead, with its secrets and auths, unless the `whole` organization goes.
 */
export const destroyService = async (
  deps: Deps,
  service: Service,
  { whole }: { readonly whole: boolean },
): Promise<void> => {
  const { organizationId, workspaceId, id: serviceId } = service;
  // It is the whole organization's, and outlives the person in whose workspace it stands (R11, R14).
  if (legacyOf(service) && !whole) {
    await moveService(deps, { organizationId, workspaceId, serviceId });
    return;
  }
  try {
    await discardService(deps, { organizationId, workspaceId, serviceId, force: true, ifMatch: undefined });
  } catch (error) {
    // Somebody else has begun to.
    if (!(error instanceof AppError) || error.status !== 404) throw error;
  }
  await finishServiceRemoval(deps, { organizationId, serviceId });
};
