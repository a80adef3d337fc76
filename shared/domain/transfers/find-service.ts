import { AppError } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { getUsableService } from '../services/get.ts';
import type { Service } from '../services/service.ts';
import { isOver } from '../services/sunset.ts';
import type { BundledService } from './bundle.ts';
import { hostsOf, sameHosts } from './hosts.ts';
import type { FoundBy } from './plan-view.ts';
import { sharedService, type Target } from './target.ts';

export interface FoundService {
  readonly service: Service;
  readonly by: FoundBy;
}

/** A service that new auths of the target may be made with (R14, R17); undefined when there is none of this id. */
export const usableService = async (
  deps: Deps,
  { organizationId, workspaceId }: Target,
  id: string,
): Promise<Service | undefined> => {
  try {
    const found = await getUsableService(deps, { organizationId, workspaceId, service: id });
    return isOver(deps, found) ? undefined : found;
  } catch (error) {
    if (error instanceof AppError && error.status === 404) return undefined;
    throw error;
  }
};

const one = (found: readonly Service[]): Service | undefined => (found.length === 1 ? found[0] : undefined);

/** Those made of the same entry of the catalogue; of several the one of the same name, if there is one. */
const ofEntry = (among: readonly Service[], { catalogueEntry, type, name }: BundledService) => {
  const found = among.filter(
    (service) =>
      catalogueEntry !== undefined &&
      service.catalogueEntry === catalogueEntry &&
      service.definition.auth.type === type,
  );
  const same = found.filter(({ definition }) => definition.name === name);
  return found.length > 1 && same.length === 1 ? same : found;
};

const alike = (among: readonly Service[], { name, type, hosts }: BundledService) =>
  among.filter(
    ({ definition }) =>
      hosts !== undefined &&
      definition.name.toLowerCase() === name.toLowerCase() &&
      definition.auth.type === type &&
      sameHosts(hostsOf(definition), hosts),
  );

/** The one among these that is meant, if any fits; null where several do, so that none is. */
const meant = (among: readonly Service[], wanted: BundledService): FoundService | null | undefined => {
  const [made, like] = [ofEntry(among, wanted), alike(among, wanted)];
  const [service, by] = one(made) ? [one(made), 'catalogue' as const] : [one(like), 'likeness' as const];
  if (service) return { service, by };
  return made.length + like.length > 0 ? null : undefined;
};

/**
 * The service that a reference means here: by id, else by catalogue entry, else by name, type and hosts together. Where several
 * fit, none is meant. `excepted` ones need not be shared: it is enough that auths can be made with them (R22), though what is at
 * home comes first.
 */
export const findService = async (
  deps: Deps,
  target: Target,
  { wanted, excepted }: { readonly wanted: BundledService; readonly excepted: boolean },
): Promise<FoundService | undefined> => {
  const { id } = wanted;
  const byId =
    id === undefined
      ? undefined
      : ((await sharedService(deps, target, id)) ??
        (excepted ? await usableService(deps, target, id) : undefined));
  if (byId) return { service: byId, by: 'id' };
  const atHome = meant(await target.atHome(), wanted);
  if (atHome !== undefined || !excepted) return atHome ?? undefined;
  return meant(await target.elsewhere(), wanted) ?? undefined;
};
