import * as z from 'zod';
import { ServiceId, WorkspaceId } from '../../ids.ts';
import { AppError } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { holds, type Actor } from '../actor.ts';
import type { PageQuery } from '../inputs.ts';
import { actingIn } from '../members/acting.ts';
import { page } from '../paging.ts';
import { definitionIn, environmentsOf } from '../services/environment.ts';
import { serviceKey, services, type Service } from '../services/service.ts';
import { recentWorkspace } from '../workspaces/recent.ts';
import { getUmbrella } from './get.ts';
import { linksUnder, umbrellaLinks, type UmbrellaLink } from './link.ts';

export const ServiceUnder = z.object({
  serviceId: ServiceId,
  environment: z.string(),
  workspaceId: WorkspaceId,
  name: z.string(),
});
export type ServiceUnder = z.infer<typeof ServiceUnder>;

/** The service that a link leads to, if that still says that the environment runs under the umbrella; undefined else. */
export const linkedService = async (
  { store }: Pick<Deps, 'store'>,
  { organizationId, serviceId, environment, umbrellaId }: UmbrellaLink,
): Promise<Service | undefined> => {
  const service = await store.get(services, serviceKey(organizationId, serviceId));
  if (!service || service.removedAt !== undefined) return undefined;
  if (!environmentsOf(service.definition).includes(environment)) return undefined;
  return definitionIn(service.definition, environment).umbrellaId === umbrellaId ? service : undefined;
};

/** The same, as it is shown. */
export const serviceUnder = async (
  deps: Pick<Deps, 'store'>,
  link: UmbrellaLink,
): Promise<ServiceUnder | undefined> => {
  const service = await linkedService(deps, link);
  if (!service) return undefined;
  const { id: serviceId, workspaceId, definition } = service;
  return { serviceId, environment: link.environment, workspaceId, name: definition.name };
};

interface ListInput {
  readonly by: Actor;
  readonly umbrellaId: string;
  readonly query: PageQuery;
}

const unlessMissing = (error: unknown): undefined => {
  if (!(error instanceof AppError) || error.status !== 404) throw error;
};

/** Whether the caller may see the services of a workspace (R8): a person of the organization, those of its own workspaces. */
const isShown = async (deps: Deps, by: Actor, { workspaceId }: ServiceUnder): Promise<boolean> => {
  const { organizationId } = by;
  const workspace = await recentWorkspace(deps, { organizationId, workspaceId }).catch(unlessMissing);
  if (!workspace) return false;
  const acting = await actingIn(deps, by, workspace).catch(unlessMissing);
  return acting !== undefined && holds(acting, 'services:read', { kind: workspace.kind });
};

/** Lists the services, each with an environment, that run under an umbrella, as far as the caller may know of them. A page may be short. */
export const listServicesUnder = async (
  deps: Deps,
  { by, umbrellaId, query }: ListInput,
): Promise<{ items: ServiceUnder[]; nextCursor: string | null }> => {
  const { organizationId } = by;
  await getUmbrella(deps, { organizationId, umbrellaId });
  const where = linksUnder(organizationId, umbrellaId);
  const links = await page(deps.store, umbrellaLinks, { ...where, query, show: (link) => link });
  const found = await Promise.all(
    links.items.map(async (link) => {
      const one = await serviceUnder(deps, link);
      return one && (await isShown(deps, by, one)) ? [one] : [];
    }),
  );
  return { ...links, items: found.flat() };
};
