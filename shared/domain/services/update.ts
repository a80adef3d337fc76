import type { LatchkeyEvent } from '../../events.ts';
import { newEvent } from '../../events.ts';
import type { Deps } from '../../ports.ts';
import { suspicionsAfterEdit } from '../learning/after-edit.ts';
import { demandAllowedType } from '../organization/policy.ts';
import { replaceAndTell } from '../outbox.ts';
import { editedMeanwhile, expectVersion } from '../versions.ts';
import { demandUmbrellas } from '../umbrellas/demand.ts';
import { linkUmbrellas } from '../umbrellas/link.ts';
import { checkDefinition } from './check-definition.ts';
import { keepAllSecrets, secretNames } from './create.ts';
import type { ServiceDefinition, ServiceInput } from './definition.ts';
import { ServiceUpdated } from './events.ts';
import { forgetLostSecrets, forgetOldSecrets } from './forget-secrets.ts';
import { demandEditable, getService } from './get.ts';
import { splitSecrets } from './secrets.ts';
import type { Service } from './service.ts';
import { services } from './service.ts';

interface UpdateServiceInput {
  readonly organizationId: string;
  readonly workspaceId: string;
  readonly serviceId: string;
  readonly input: ServiceInput;
  readonly ifMatch: string | undefined;
}

/** Discouraged types are forbidden to begin, not to go on with. */
export const begins = (before: ServiceDefinition, after: ServiceDefinition): boolean =>
  before.auth.type !== after.auth.type ||
  ('grant' in before.auth && 'grant' in after.auth && before.auth.grant !== after.auth.grant);

const updated = (deps: Deps, { organizationId, id, workspaceId, version }: Service): LatchkeyEvent =>
  newEvent(deps, ServiceUpdated, { organizationId, data: { serviceId: id, workspaceId, version } });

/**
 * Replaces a definition by a new version. A new secret overwrites; an empty or absent one keeps (R13, R53). 409
 * `legacy_read_only` for a legacy service (R15).
 * Auths that the edit kills are told from the others by the reaction to its event.
 */
export const updateService = async (
  deps: Deps,
  { input, ifMatch, ...where }: UpdateServiceInput,
): Promise<Service> => {
  const service = await getService(deps, where);
  demandEditable(service);
  expectVersion(ifMatch, service.version);
  const split = splitSecrets(input);
  const { definition } = split;
  const names = secretNames({ before: service.secrets, split });
  await checkDefinition(deps, { organizationId: where.organizationId, definition, secrets: names });
  if (begins(service.definition, definition))
    await demandAllowedType(deps, where.organizationId, definition.auth);
  const { organizationId, id: serviceId } = service;
  await linkUmbrellas(deps, { organizationId, serviceId, definition });
  const secrets = await keepAllSecrets(deps, { owner: service, before: service.secrets, split });
  const next: Service = {
    ...service,
    ...suspicionsAfterEdit(deps, service, definition),
    definition,
    secrets,
    clientRejectedAt: undefined,
    version: service.version + 1,
    updatedAt: deps.clock.now(),
  };
  const written = await replaceAndTell(deps, services, {
    ...next,
    outbox: [...next.outbox, updated(deps, next)],
  });
  const kept = { old: service.secrets, made: secrets };
  if (!written) {
    await forgetLostSecrets(deps, service, kept);
    throw editedMeanwhile();
  }
  await forgetOldSecrets(deps, service, kept);
  await demandUmbrellas(deps, written);
  return written;
};
