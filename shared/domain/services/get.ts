import { conflict, notFound } from '../../errors.ts';
import { ServiceId } from '../../ids.ts';
import type { Deps, ListRequest } from '../../ports.ts';
import { every } from '../paging.ts';
import { organizationOf } from '../workspaces/organization.ts';
import { isForAll } from './for-all.ts';
import { legacyOf } from './legacy.ts';
import { serviceKey, services, servicesFrom, servicesOf, type Service } from './service.ts';

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

/** Rejects with 409 `legacy_read_only` an edit of a legacy service (R15). */
export const demandEditable = ({ id, workspaceId, ...service }: Service): void => {
  if (!legacyOf(service)) return;
  throw conflict(
    'legacy_read_only',
    'A legacy service is read-only. Move it to the organization workspace first; its id, secrets and auths stay.',
    [{ path: `/v1/workspaces/${workspaceId}/services/${id}/move`, message: 'POST here moves it.' }],
  );
};

const advice =
  'Use one that GET /v1/workspaces/{ws}/available-services lists, create one with POST /v1/workspaces/{ws}/services, or make a generic auth.';

const named = async (
  { store }: Deps,
  wanted: string,
  where: Pick<ListRequest, 'index' | 'partition'>,
): Promise<readonly Service[]> => {
  const found: Service[] = [];
  for await (const service of every(store, services, where))
    if (service.definition.name.toLowerCase() === wanted) found.push(service);
  return found;
};

interface UsableInput {
  readonly organizationId: string;
  readonly workspaceId: string;
  /** Its id, or its name. */
  readonly service: string;
}

/**
 * The services that bear a name, whatever its case. A legacy one is meant only where no other bears it: what replaces it is
 * often called the same.
 */
const allNamed = async (deps: Deps, { organizationId, workspaceId, service }: UsableInput) => {
  const { organizationWorkspaceId } = await organizationOf(deps, organizationId);
  const wanted = service.trim().toLowerCase();
  const places = [...new Set([workspaceId, organizationWorkspaceId])].map((place) =>
    servicesOf(organizationId, place),
  );
  const found = await Promise.all(
    [...places, servicesFrom(organizationId, 'embedded')].map((where) => named(deps, wanted, where)),
  );
  const each = new Map(found.flat().map((one) => [one.id, one]));
  const others = [...each.values()].filter((one) => !legacyOf(one));
  return others.length > 0 ? others : named(deps, wanted, servicesFrom(organizationId, 'legacy'));
};

const ambiguous = (found: readonly Service[]) =>
  conflict(
    'ambiguous_service',
    'Several services bear this name. Give the id of the one that is meant.',
    found.slice(0, 20).map(({ id }) => ({ path: 'body.serviceId', message: `${id} bears this name.` })),
  );

/**
 * A service that auths of a workspace may be made with: its own, one of the organization or the embedded workspace, or a legacy
 * one (R9, R10, R14, R25). Rejects with 404 `service_not_found` and what to do instead (R2), or 409 `ambiguous_service`.
 */
export const getUsableService = async (deps: Deps, input: UsableInput): Promise<Service> => {
  const { organizationId, workspaceId, service } = input;
  if (ServiceId.safeParse(service).success) {
    const found = await deps.store.get(services, serviceKey(organizationId, service));
    if (!found || found.removedAt !== undefined) throw notFound('service', advice);
    if (found.workspaceId === workspaceId || (await isForAll(deps, found))) return found;
    throw notFound('service', advice);
  }
  const [one, ...others] = await allNamed(deps, input);
  if (!one) throw notFound('service', advice);
  if (others.length > 0) throw ambiguous([one, ...others]);
  return one;
};
