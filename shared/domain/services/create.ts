import { newId } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import { demandAllowedType } from '../organization/policy.ts';
import { demandUmbrellas } from '../umbrellas/demand.ts';
import { linkUmbrellas } from '../umbrellas/link.ts';
import { checkDefinition } from './check-definition.ts';
import { production, type ServiceInput } from './definition.ts';
import { environmentsOf } from './environment.ts';
import { removeService } from './remove.ts';
import {
  inheritedSecrets,
  keepSecrets,
  splitSecrets,
  type SecretsStatus,
  type SplitService,
} from './secrets.ts';
import { services, type Service } from './service.ts';

interface CreateServiceInput {
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

/** Makes a service. Its secrets go to the vault first, so that no service ever points at nothing. */
export const createService = async (
  deps: Deps,
  { organizationId, workspaceId, input, catalogueEntry }: CreateServiceInput,
): Promise<Service> => {
  const split = splitSecrets(input);
  const { definition } = split;
  await checkDefinition(deps, { organizationId, definition, secrets: secretNames({ before: {}, split }) });
  await demandAllowedType(deps, organizationId, definition.auth);
  const now = deps.clock.now();
  const id = newId('service', deps);
  await linkUmbrellas(deps, { organizationId, serviceId: id, definition });
  const item: Service = {
    id,
    organizationId,
    workspaceId,
    definition,
    catalogueEntry,
    secrets: await keepAllSecrets(deps, { owner: { organizationId, id }, before: {}, split }),
    version: 1,
    createdAt: now,
    updatedAt: now,
    outbox: [],
    revision: 0,
  };
  const made = (await deps.store.insert(services, item)) ?? item;
  await demandUmbrellas(deps, made).catch(async (error: unknown) => {
    await removeService(deps, {
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
