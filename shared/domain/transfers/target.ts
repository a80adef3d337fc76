import type { Deps } from '../../ports.ts';
import {
  connectorKey,
  connectors,
  connectorsWith,
  isSharedWith,
  type Connector,
} from '../connectors/connector.ts';
import { every } from '../paging.ts';
import { serviceKey, services, servicesOf, type Service } from '../services/service.ts';
import { organizationOf } from '../workspaces/organization.ts';

interface TargetRef {
  readonly organizationId: string;
  readonly workspaceId: string;
}

/** The workspace that a bundle is imported into, and what is shared with it. */
export interface Target extends TargetRef {
  readonly organizationWorkspaceId: string;
  /** The services at home here: those of the workspace itself and of the organization workspace (R19). Read once, when asked for. */
  readonly atHome: () => Promise<readonly Service[]>;
}

const listHome = async (
  { store }: Deps,
  { organizationId }: TargetRef,
  places: readonly string[],
): Promise<readonly Service[]> => {
  const found: Service[] = [];
  for (const place of new Set(places))
    for await (const service of every(store, services, servicesOf(organizationId, place)))
      found.push(service);
  return found;
};

export const targetOf = async (deps: Deps, where: TargetRef): Promise<Target> => {
  const { organizationWorkspaceId } = await organizationOf(deps, where.organizationId);
  let home: Promise<readonly Service[]> | undefined;
  return {
    ...where,
    organizationWorkspaceId,
    atHome: () => (home ??= listHome(deps, where, [where.workspaceId, organizationWorkspaceId])),
  };
};

/** The connectors that use a service and that the target may use. The list may be a moment behind: each is read again. */
export const connectorsFor = async (
  { store }: Deps,
  { organizationId, workspaceId }: TargetRef,
  serviceId: string,
): Promise<readonly Connector[]> => {
  const found: Connector[] = [];
  for await (const { id } of every(store, connectors, connectorsWith(organizationId, serviceId))) {
    const connector = await store.get(connectors, connectorKey(organizationId, id));
    if (connector?.serviceId === serviceId && isSharedWith(connector, workspaceId)) found.push(connector);
  }
  return found;
};

/**
 * A service by its id, when it is shared with the target: it is at home there or in the organization workspace (R19), or a
 * connector that uses it is shared with the target (R20). There is no third way (R21).
 */
export const sharedService = async (deps: Deps, target: Target, id: string): Promise<Service | undefined> => {
  const service = await deps.store.get(services, serviceKey(target.organizationId, id));
  if (!service || service.removedAt !== undefined) return undefined;
  if ([target.workspaceId, target.organizationWorkspaceId].includes(service.workspaceId)) return service;
  return (await connectorsFor(deps, target, id)).length > 0 ? service : undefined;
};
