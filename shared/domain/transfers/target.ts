import type { Deps, ListRequest } from '../../ports.ts';
import {
  connectorKey,
  connectors,
  connectorsWith,
  isSharedWith,
  type Connector,
} from '../connectors/connector.ts';
import { every } from '../paging.ts';
import { serviceKey, services, servicesFrom, servicesOf, type Service } from '../services/service.ts';
import { isOver } from '../services/sunset.ts';
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
  /**
   * Those that auths may be made with here besides: of the embedded workspace, and legacy ones that are not over (R14, R25). They
   * are shared with nobody. Read once, when asked for.
   */
  readonly elsewhere: () => Promise<readonly Service[]>;
}

const collect = async (
  { store }: Deps,
  lists: readonly Pick<ListRequest, 'index' | 'partition'>[],
): Promise<readonly Service[]> => {
  const found = new Map<string, Service>();
  for (const list of lists)
    for await (const service of every(store, services, list)) found.set(service.id, service);
  return [...found.values()];
};

const once = <T>(read: () => Promise<T>): (() => Promise<T>) => {
  let reading: Promise<T> | undefined;
  return () => (reading ??= read());
};

export const targetOf = async (deps: Deps, where: TargetRef): Promise<Target> => {
  const { organizationWorkspaceId } = await organizationOf(deps, where.organizationId);
  const { organizationId, workspaceId } = where;
  const homes = [...new Set([workspaceId, organizationWorkspaceId])];
  const others = [servicesFrom(organizationId, 'embedded'), servicesFrom(organizationId, 'legacy')];
  return {
    ...where,
    organizationWorkspaceId,
    atHome: once(() =>
      collect(
        deps,
        homes.map((home) => servicesOf(organizationId, home)),
      ),
    ),
    elsewhere: once(async () =>
      (await collect(deps, others)).filter(
        (service) => !homes.includes(service.workspaceId) && !isOver(deps, service),
      ),
    ),
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
