import type { Deps } from '../../ports.ts';
import { every } from '../paging.ts';
import { linksUnder, umbrellaLinks } from './link.ts';
import { putUnderUmbrella } from './put-under.ts';
import { linkedService } from './services-under.ts';
import { umbrellaKey, umbrellas } from './umbrella.ts';

/** Lets the auths of all services under an umbrella follow its status, but for what `verified` leaves as it is (R40, R45). */
export const applyVerification = async (
  deps: Deps,
  { organizationId, umbrellaId }: { organizationId: string; umbrellaId: string },
): Promise<void> => {
  const umbrella = await deps.store.get(umbrellas, umbrellaKey(organizationId, umbrellaId));
  if (!umbrella || umbrella.verification.status === 'verified') return;
  for await (const link of every(deps.store, umbrellaLinks, linksUnder(organizationId, umbrellaId))) {
    const service = await linkedService(deps, link);
    if (service) await putUnderUmbrella(deps, service, link.environment);
  }
};
