import type { Deps } from '../../ports.ts';
import { admitEndUser, type Admitted } from '../end-users/admit.ts';
import { serviceKey, services } from '../services/service.ts';
import { refuseSunset } from '../services/sunset.ts';

/**
 * Rejects unless a new auth may be made now: with 410 `service_sunset` (R17), or as its end user is refused (R26). Asked where it
 * is begun and once more right before it is made.
 */
export const admitNew = async (deps: Deps, auth: Admitted): Promise<void> => {
  const { organizationId, serviceId } = auth;
  const service = serviceId && (await deps.store.get(services, serviceKey(organizationId, serviceId)));
  if (service) refuseSunset(deps, service);
  await admitEndUser(deps, auth);
};
