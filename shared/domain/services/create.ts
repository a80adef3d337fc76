import { newId } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import { newVersion } from '../vault-version.ts';
import { checkClientSecret, checkDefinition } from './check-definition.ts';
import type { ServiceInput } from './definition.ts';
import { clientSecretRef, services, type Service } from './service.ts';
import { splitSecret } from './split-secret.ts';

interface CreateServiceInput {
  readonly organizationId: string;
  readonly workspaceId: string;
  readonly input: ServiceInput;
}

/** Makes a service. The client secret goes to the vault first, so that no service ever points at nothing. */
export const createService = async (
  deps: Deps,
  { organizationId, workspaceId, input }: CreateServiceInput,
): Promise<Service> => {
  const { definition, clientSecret } = splitSecret(input);
  await checkDefinition(deps, organizationId, definition);
  checkClientSecret(definition, clientSecret !== undefined);
  const now = deps.clock.now();
  const id = newId('service', deps);
  const version = newVersion(deps.random);
  if (clientSecret) await deps.vault.put(clientSecretRef({ organizationId, id }), version, clientSecret);
  const item: Service = {
    id,
    organizationId,
    workspaceId,
    definition,
    clientSecret: clientSecret && { version, updatedAt: now },
    version: 1,
    createdAt: now,
    updatedAt: now,
    outbox: [],
    revision: 0,
  };
  return (await deps.store.insert(services, item)) ?? item;
};
