import { notFound } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { organizationOf } from '../workspaces/organization.ts';
import { serviceKey, services, type Service } from './service.ts';

interface ServiceInWorkspace {
  readonly organizationId: string;
  readonly workspaceId: string;
  readonly serviceId: string;
}

/** A service as the members of its own workspace manage it. 404 from every other workspace, the same as if it did not exist. */
export const getService = async ({ store }: Deps, input: ServiceInWorkspace): Promise<Service> => {
  const service = await store.get(services, serviceKey(input.organizationId, input.serviceId));
  if (service?.workspaceId !== input.workspaceId || service.removedAt !== undefined)
    throw notFound('service');
  return service;
};

const advice =
  'Use a service of this workspace or of the organization workspace, create one with POST /v1/workspaces/{ws}/services, or make a generic auth.';

/** A service that auths of a workspace may be made with: its own, or one of the organization workspace (R9, R10, R2). */
export const getUsableService = async (deps: Deps, input: ServiceInWorkspace): Promise<Service> => {
  const service = await deps.store.get(services, serviceKey(input.organizationId, input.serviceId));
  if (!service || service.removedAt !== undefined) throw notFound('service', advice);
  if (service.workspaceId === input.workspaceId) return service;
  const { organizationWorkspaceId } = await organizationOf(deps, input.organizationId);
  if (service.workspaceId !== organizationWorkspaceId) throw notFound('service', advice);
  return service;
};
