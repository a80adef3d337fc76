import type { Deps } from '../../ports.ts';
import { newVersion } from '../vault-version.ts';
import { editedMeanwhile, expectVersion } from '../versions.ts';
import { checkClientSecret, checkDefinition } from './check-definition.ts';
import type { ServiceInput } from './definition.ts';
import { getService } from './get.ts';
import { clientSecretRef, services, type Service } from './service.ts';
import { splitSecret } from './split-secret.ts';

interface UpdateServiceInput {
  readonly organizationId: string;
  readonly workspaceId: string;
  readonly serviceId: string;
  readonly input: ServiceInput;
  readonly ifMatch: string | undefined;
}

/** Replaces a definition by a new version. A new client secret overwrites; an empty or absent one keeps (R13, R53). */
export const updateService = async (
  deps: Deps,
  { input, ifMatch, ...where }: UpdateServiceInput,
): Promise<Service> => {
  const service = await getService(deps, where);
  expectVersion(ifMatch, service.version);
  const { definition, clientSecret } = splitSecret(input);
  await checkDefinition(deps, where.organizationId, definition);
  checkClientSecret(definition, (clientSecret ?? service.clientSecret) !== undefined);
  const now = deps.clock.now();
  const version = newVersion(deps.random);
  if (clientSecret) await deps.vault.put(clientSecretRef(service), version, clientSecret);
  const written = await deps.store.replace(services, {
    ...service,
    definition,
    clientSecret: clientSecret ? { version, updatedAt: now } : service.clientSecret,
    clientRejectedAt: undefined,
    version: service.version + 1,
    updatedAt: now,
  });
  if (!written) throw editedMeanwhile();
  return written;
};
