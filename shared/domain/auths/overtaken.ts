import { AppError } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { applyEditTo } from '../services/apply-edit.ts';
import type { ServiceInUse } from '../services/current.ts';
import { tieOf } from '../services/edit-effect.ts';
import { serviceKey, services } from '../services/service.ts';
import type { Auth } from './auth.ts';
import { removeAuth } from './remove.ts';

/**
 * Looks once more at the service of an auth that was just made. Whoever deleted or edited the service meanwhile may have gone
 * through its auths before this one was there: then it is deleted, or judged by the edit, here. True when it was deleted.
 */
export const overtaken = async (
  deps: Deps,
  { organizationId, workspaceId, id: authId, serviceId, tie }: Auth,
  made: ServiceInUse,
): Promise<boolean> => {
  if (serviceId === undefined) return false;
  const service = await deps.store.get(services, serviceKey(organizationId, serviceId));
  if (service && service.removedAt === undefined) {
    const edited = service.version !== made.version || tie !== tieOf(made.definition);
    if (edited) await applyEditTo(deps, { organizationId, authId }, service);
    return false;
  }
  await removeAuth(deps, { organizationId, workspaceId, authId, ifMatch: undefined }).catch(
    (error: unknown) => {
      if (!(error instanceof AppError) || error.status !== 404) throw error;
    },
  );
  return true;
};
