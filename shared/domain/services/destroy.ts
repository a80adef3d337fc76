import type { Deps } from '../../ports.ts';
import { AppError } from '../../errors.ts';
import { legacyOf } from './legacy.ts';
import { moveService } from './move.ts';
import { discardService, finishServiceRemoval } from './remove.ts';
import type { Service } from './service.ts';

/** Does something unless what it is done to is gone, or going, because somebody else was faster. */
const unlessGone = (done: Promise<unknown>): Promise<unknown> =>
  done.catch((error: unknown) => {
    if (!(error instanceof AppError) || error.status !== 404) throw error;
  });

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
  const where = { organizationId, workspaceId, serviceId };
  // It is the whole organization's, and outlives the person in whose workspace it stands (R11, R14).
  if (legacyOf(service) && !whole) await unlessGone(moveService(deps, where));
  else await unlessGone(discardService(deps, { ...where, force: true, ifMatch: undefined }));
  // Also one whose removal somebody had begun before.
  await finishServiceRemoval(deps, where);
};
