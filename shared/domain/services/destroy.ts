import type { Deps } from '../../ports.ts';
import { AppError } from '../../errors.ts';
import { organizationOf } from '../workspaces/organization.ts';
import { finishServiceRemoval, removeService } from './remove.ts';
import { services, type Service } from './service.ts';

/** Legacy services are the whole organization's: they outlive the person in whose workspace they stand (R11, R14). */
const isLegacy = ({ definition }: Service): boolean => definition.legacy !== undefined;

const toOrganization = async (deps: Deps, service: Service): Promise<void> => {
  const { organizationWorkspaceId } = await organizationOf(deps, service.organizationId);
  await deps.store.replace(services, {
    ...service,
    workspaceId: organizationWorkspaceId,
    version: service.version + 1,
    updatedAt: deps.clock.now(),
  });
};

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
  if (isLegacy(service) && !whole) return toOrganization(deps, service);
  try {
    await removeService(deps, { organizationId, workspaceId, serviceId, force: true, ifMatch: undefined });
  } catch (error) {
    // Somebody else has begun to.
    if (!(error instanceof AppError) || error.status !== 404) throw error;
  }
  await finishServiceRemoval(deps, { organizationId, serviceId });
};
