import type { Deps } from '../../ports.ts';
import { serviceKey, services } from '../services/service.ts';
import { demandPublished } from '../solutions/demand-published.ts';
import { demandNotForgotten } from './demand-not-forgotten.ts';

/** A new auth, as far as it is asked whether it may be made. */
export interface Admitted {
  readonly organizationId: string;
  readonly workspaceId: string;
  /** Absent where the auth is the platform's own: then nothing is asked. */
  readonly endUserId?: string | undefined;
  /** Absent for a generic auth. */
  readonly serviceId?: string | undefined;
  /** Whether the end user asks, by a session of their own. */
  readonly own?: boolean | undefined;
}

/**
 * Rejects unless a new auth may be made for an end user: with 403 `solution_not_published` (R26), or 409
 * `end_user_being_forgotten`. Asked where it is begun and once more right before it is made.
 */
export const admitEndUser = async (
  deps: Deps,
  { organizationId, workspaceId, endUserId, serviceId, own }: Admitted,
): Promise<void> => {
  if (endUserId === undefined) return;
  await demandNotForgotten(deps, { organizationId, workspaceId, endUserId });
  if (serviceId === undefined) return;
  const service = await deps.store.get(services, serviceKey(organizationId, serviceId));
  if (service) await demandPublished(deps, { organizationId, service, endUserId, own });
};
