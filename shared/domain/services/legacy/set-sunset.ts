import type * as z from 'zod';
import { notFound } from '../../../errors.ts';
import type { Deps } from '../../../ports.ts';
import { replaceAndTell } from '../../outbox.ts';
import { editedMeanwhile, expectVersion } from '../../versions.ts';
import { legacyOf, type SunsetEdit } from '../legacy.ts';
import { serviceKey, services, type Service } from '../service.ts';

interface SetSunsetInput {
  readonly organizationId: string;
  readonly serviceId: string;
  readonly edit: z.infer<typeof SunsetEdit>;
  readonly ifMatch: string | undefined;
}

/** What is left out stays; null takes it back. */
const edited = <T>(before: T | undefined, given: T | null | undefined): T | undefined =>
  given === undefined ? before : (given ?? undefined);

/**
 * Says when a legacy service takes no new auths any more, and why (R17). People are told of a new date at its lead times, as if
 * it had always been that. 404 `service_not_found` for every service that is not a legacy one.
 */
export const setSunset = async (
  deps: Deps,
  { organizationId, serviceId, edit, ifMatch }: SetSunsetInput,
): Promise<Service> => {
  const service = await deps.store.get(services, serviceKey(organizationId, serviceId));
  const legacy = service && legacyOf(service);
  if (!legacy || service.removedAt !== undefined) throw notFound('service');
  expectVersion(ifMatch, service.version);
  const written = await replaceAndTell(deps, services, {
    ...service,
    legacy: {
      id: legacy.id,
      message: edited(legacy.message, edit.message),
      sunsetAt: edited(legacy.sunsetAt, edit.sunsetAt),
    },
    version: service.version + 1,
    updatedAt: deps.clock.now(),
  });
  if (!written) throw editedMeanwhile();
  return written;
};
