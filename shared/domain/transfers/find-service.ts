import { AppError } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { getUsableService } from '../services/get.ts';
import type { Service } from '../services/service.ts';
import type { BundledService } from './bundle.ts';
import { hostsOf, sameHosts } from './hosts.ts';
import type { FoundBy } from './plan-view.ts';
import { sharedService, type Target } from './target.ts';

export interface FoundService {
  readonly service: Service;
  readonly by: FoundBy;
}

/** A service that auths of the target may be made with; undefined when there is none of this id. */
export const usableService = async (
  deps: Deps,
  { organizationId, workspaceId }: Target,
  id: string,
): Promise<Service | undefined> => {
  try {
    return await getUsableService(deps, { organizationId, workspaceId, service: id });
  } catch (error) {
    if (error instanceof AppError && error.status === 404) return undefined;
    throw error;
  }
};

const one = (found: readonly Service[]): Service | undefined => (found.length === 1 ? found[0] : undefined);

/** Of several the one of the same name, if there is one. */
const ofEntry = (home: readonly Service[], { catalogueEntry, type, name }: BundledService) => {
  const found = home.filter(
    (service) =>
      catalogueEntry !== undefined &&
      service.catalogueEntry === catalogueEntry &&
      service.definition.auth.type === type,
  );
  return one(found) ?? one(found.filter(({ definition }) => definition.name === name));
};

const alike = (home: readonly Service[], { name, type, hosts }: BundledService) =>
  one(
    home.filter(
      ({ definition }) =>
        hosts !== undefined &&
        definition.name.toLowerCase() === name.toLowerCase() &&
        definition.auth.type === type &&
        sameHosts(hostsOf(definition), hosts),
    ),
  );

/**
 * The service that a reference means here: by id, else by catalogue entry, else by name, type and hosts together. Where several
 * fit, none is meant. `excepted` ones need not be shared: it is enough that auths can be made with them (R22).
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
  const home = await target.atHome();
  const made = ofEntry(home, wanted);
  if (made) return { service: made, by: 'catalogue' };
  const like = alike(home, wanted);
  return like && { service: like, by: 'likeness' };
};
