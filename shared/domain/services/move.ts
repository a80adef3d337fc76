import { conflict, notFound } from '../../errors.ts';
import { newEvent } from '../../events.ts';
import type { Deps } from '../../ports.ts';
import { replaceAndTell } from '../outbox.ts';
import { editedMeanwhile } from '../versions.ts';
import { organizationOf } from '../workspaces/organization.ts';
import { ServiceMoved } from './events.ts';
import { legacyOf } from './legacy.ts';
import { serviceKey, services, type Service } from './service.ts';

interface MoveInput {
  readonly organizationId: string;
  /** The workspace that it is moved from. */
  readonly workspaceId: string;
  readonly serviceId: string;
}

/** A service that stands in the organization workspace, and whether it was this call that has moved it. */
export interface Moved {
  readonly service: Service;
  readonly moved: boolean;
}

const notLegacy = () =>
  conflict(
    'not_legacy',
    'Only legacy services are moved. Define it anew in the organization workspace, from its own definition or by an export of it.',
  );

/** Nothing but where it stands and what made it a legacy one changes: who uses it by its id notices nothing. */
const placed = (deps: Deps, service: Service, legacyId: string, to: string): Service => {
  const { organizationId, id: serviceId, workspaceId: from } = service;
  const data = { serviceId, workspaceId: to, from };
  return {
    ...service,
    workspaceId: to,
    origin: undefined,
    legacy: { id: legacyId },
    movedFrom: from,
    version: service.version + 1,
    updatedAt: deps.clock.now(),
    outbox: [...service.outbox, newEvent(deps, ServiceMoved, { organizationId, data })],
  };
};

const rounds = 20;

/**
 * Moves a legacy service to the organization workspace, where it is one like any other: id, secrets and auths stay (R16). Again:
 * nothing happens. Rejects with 404 `service_not_found`, or 409 `not_legacy`.
 */
export const moveService = async (
  deps: Deps,
  { organizationId, workspaceId, serviceId }: MoveInput,
): Promise<Moved> => {
  const { organizationWorkspaceId } = await organizationOf(deps, organizationId);
  for (let round = 0; round < rounds; round += 1) {
    const service = await deps.store.get(services, serviceKey(organizationId, serviceId));
    if (!service || service.removedAt !== undefined) throw notFound('service');
    const there = service.workspaceId === organizationWorkspaceId && service.movedFrom !== undefined;
    if (there && [service.movedFrom, service.workspaceId].includes(workspaceId))
      return { service, moved: false };
    if (service.workspaceId !== workspaceId) throw notFound('service');
    const legacy = legacyOf(service);
    if (!legacy) throw notLegacy();
    const next = placed(deps, service, legacy.id, organizationWorkspaceId);
    const written = await replaceAndTell(deps, services, next);
    if (written) return { service: written, moved: true };
  }
  throw editedMeanwhile();
};
