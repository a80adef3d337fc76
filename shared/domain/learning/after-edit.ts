import { newEvent } from '../../events.ts';
import type { Deps } from '../../ports.ts';
import type { ServiceDefinition } from '../services/definition.ts';
import { LifetimeWithdrawn } from '../services/events.ts';
import type { Service } from '../services/service.ts';
import { tieIn } from './tie-in.ts';

/**
 * What stays of the ages that a service has learned when its definition becomes another: those of environments whose auths the
 * edit does not end. That the others are gone is told.
 */
export const suspicionsAfterEdit = (
  deps: Deps,
  service: Service,
  definition: ServiceDefinition,
): Pick<Service, 'suspectedLifetimes' | 'outbox'> => {
  const { organizationId, id: serviceId, workspaceId, suspectedLifetimes, outbox } = service;
  if (!suspectedLifetimes) return { outbox };
  const marks = Object.entries(suspectedLifetimes);
  const stays = (environment: string) =>
    tieIn(service.definition, environment) === tieIn(definition, environment);
  const kept = marks.filter(([environment]) => stays(environment));
  const gone = marks
    .filter(([environment]) => !stays(environment))
    .map(([environment, { seconds }]) => {
      const data = { serviceId, workspaceId, environment, seconds, reason: 'service_changed' as const };
      return newEvent(deps, LifetimeWithdrawn, { organizationId, data });
    });
  return {
    suspectedLifetimes: kept.length > 0 ? Object.fromEntries(kept) : undefined,
    outbox: [...outbox, ...gone],
  };
};
