import { newId } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import { demandAllowedType } from '../organization/policy.ts';
import { demandUmbrellas } from '../umbrellas/demand.ts';
import { linkUmbrellas } from '../umbrellas/link.ts';
import { editedMeanwhile } from '../versions.ts';
import { workspaceKey, workspaces } from '../workspaces/workspace.ts';
import { checkDefinition } from './check-definition.ts';
import { production, type ServiceInput } from './definition.ts';
import { environmentsOf } from './environment.ts';
import { forgetLostSecrets } from './forget-secrets.ts';
import { discardService } from './remove.ts';
import {
  demandRoom,
  inheritedSecrets,
  keepSecrets,
  splitSecrets,
  type SecretsStatus,
  type SplitService,
} from './secrets.ts';
import { serviceKey, services, type Service } from './service.ts';

interface CreateServiceInput {
  /** Where it was given out before, so that the same again makes no second one. */
  readonly id?: string | undefined;
  readonly organizationId: string;
  readonly workspaceId: string;
  readonly input: ServiceInput;
  readonly catalogueEntry?: string | undefined;
}

interface KeptInput {
  readonly owner: Pick<Service, 'organizationId' | 'id'>;
  readonly before: Service['secrets'];
  readonly split: SplitService;
}

/** The names of the secrets that an environment will have: given, had before, or those of production that it shares. */
export const secretNames =
  ({ before, split: { definition, secrets } }: Omit<KeptInput, 'owner'>) =>
  (environment: string): readonly string[] => {
    const own = (of: string) => [...Object.keys(before[of]?.since ?? {}), ...Object.keys(secrets[of] ?? {})];
    if (environment === production) return own(production);
    const base = Object.fromEntries(own(production).map((name) => [name, 0]));
    const asIf = { definition, secrets: { [production]: { version: '', since: base } } };
    return [...own(environment), ...inheritedSecrets(asIf, environment)];
  };

/** Keeps the secrets of every environment; those of an environment that is gone are not taken over. */
export const keepAllSecrets = async (
  deps: Deps,
  { owner, before, split }: KeptInput,
): Promise<Service['secrets']> => {
  const kept: [string, SecretsStatus][] = [];
  for (const environment of environmentsOf(split.definition)) {
    const given = split.secrets[environment] ?? {};
    const status = await keepSecrets(deps, { owner, environment, before: before[environment], given });
    if (status) kept.push([environment, status]);
  }
  return Object.fromEntries(kept);
};

interface CheckedInput {
  readonly organizationId: string;
  readonly input: ServiceInput;
}

/** Parts a definition from its secrets. Rejects with 422 when it cannot work, or is of a type that is not allowed. Writes nothing. */
export const checkNewService = async (
  deps: Deps,
  { organizationId, input }: CheckedInput,
): Promise<SplitService> => {
  const split = splitSecrets(input);
  const { definition } = split;
  demandRoom(split);
  await checkDefinition(deps, { organizationId, definition, secrets: secretNames({ before: {}, split }) });
  await demandAllowedType(deps, organizationId, definition.auth);
  return split;
};

interface KeepServiceInput extends Pick<
  Service,
  'id' | 'organizationId' | 'workspaceId' | 'catalogueEntry' | 'origin' | 'legacy'
> {
  readonly split: SplitService;
}

const isEmbedded = async ({ store }: Deps, organizationId: string, workspaceId: string) =>
  (await store.get(workspaces, workspaceKey(organizationId, workspaceId)))?.kind === 'embedded';

/** The item whose place was taken: its own, where the answer to the write was lost, or that of another with this id. */
const thereAlready = async (deps: Deps, item: Service): Promise<Service> => {
  const found = await deps.store.get(services, serviceKey(item.organizationId, item.id));
  if (!found) throw editedMeanwhile();
  await forgetLostSecrets(deps, item, { old: found.secrets, made: item.secrets });
  return found;
};

/** Keeps a service that was checked. Its secrets go to the vault first, so that no service ever points at nothing. */
export const keepService = async (deps: Deps, { split, ...place }: KeepServiceInput): Promise<Service> => {
  const { id, organizationId, workspaceId } = place;
  const { definition } = split;
  const now = deps.clock.now();
  await linkUmbrellas(deps, { organizationId, serviceId: id, definition });
  const item: Service = {
    ...place,
    ...((await isEmbedded(deps, organizationId, workspaceId)) && { embedded: true }),
    definition,
    secrets: await keepAllSecrets(deps, { owner: { organizationId, id }, before: {}, split }),
    version: 1,
    createdAt: now,
    updatedAt: now,
    outbox: [],
    revision: 0,
  };
  const made = (await deps.store.insert(services, item)) ?? (await thereAlready(deps, item));
  await demandUmbrellas(deps, made).catch(async (error: unknown) => {
    await discardService(deps, {
      organizationId,
      workspaceId,
      serviceId: id,
      force: true,
      ifMatch: undefined,
    });
    throw error;
  });
  return made;
};

/** Makes a service. */
export const createService = async (
  deps: Deps,
  { id = newId('service', deps), organizationId, workspaceId, input, catalogueEntry }: CreateServiceInput,
): Promise<Service> => {
  const split = await checkNewService(deps, { organizationId, input });
  return keepService(deps, { id, organizationId, workspaceId, catalogueEntry, split });
};
