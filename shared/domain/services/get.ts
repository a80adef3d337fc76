import { conflict, notFound } from '../../errors.ts';
import { ServiceId } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import { every } from '../paging.ts';
import { organizationOf } from '../workspaces/organization.ts';
import { serviceKey, services, servicesOf, type Service } from './service.ts';

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

/** The services of a workspace that bear a name, whatever its case. */
const named = async (
  { store }: Deps,
  organizationId: string,
  { workspaceId, name }: { workspaceId: string; name: string },
) => {
  const wanted = name.trim().toLowerCase();
  const found: Service[] = [];
  for await (const service of every(store, services, servicesOf(organizationId, workspaceId)))
    if (service.definition.name.toLowerCase() === wanted) found.push(service);
  return found;
};

const ambiguous = (found: readonly Service[]) =>
  conflict(
    'ambiguous_service',
    'Several services bear this name. Give the id of the one that is meant.',
    found.slice(0, 20).map(({ id, workspaceId }) => ({
      path: `/v1/workspaces/${workspaceId}/services/${id}`,
      message: 'bears this name',
    })),
  );

interface UsableInput {
  readonly organizationId: string;
  readonly workspaceId: string;
  /** Its id, or its name. */
  readonly service: string;
}

/**
 * A service that auths of a workspace may be made with: its own, or one of the organization workspace (R9, R10). Rejects with
 * 404 `service_not_found` and what to do instead (R2), or 409 `ambiguous_service`.
 */
export const getUsableService = async (
  deps: Deps,
  { organizationId, workspaceId, service }: UsableInput,
): Promise<Service> => {
  const { organizationWorkspaceId } = await organizationOf(deps, organizationId);
  const reachable = [...new Set([workspaceId, organizationWorkspaceId])];
  if (ServiceId.safeParse(service).success) {
    const found = await deps.store.get(services, serviceKey(organizationId, service));
    const there = found?.removedAt === undefined && reachable.includes(found?.workspaceId ?? '');
    if (!found || !there) throw notFound('service', advice);
    return found;
  }
  const found = await Promise.all(
    reachable.map((place) => named(deps, organizationId, { workspaceId: place, name: service })),
  );
  const [one, ...others] = found.flat();
  if (!one) throw notFound('service', advice);
  if (others.length > 0) throw ambiguous([one, ...others]);
  return one;
};
