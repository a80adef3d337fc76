import { notFound } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { genericService, type Generic } from '../auths/generic.ts';
import { memory } from '../memory.ts';
import type { ServiceDefinition } from './definition.ts';
import { definitionIn } from './environment.ts';
import { legacyOf, type Legacy } from './legacy.ts';
import { secretsIn, type Secrets } from './secrets.ts';
import { kindOf, serviceKey, services, type Service } from './service.ts';

interface OfService {
  readonly organizationId: string;
  /** Absent for a generic auth, which brings its own definition. */
  readonly serviceId?: string | undefined;
  readonly environment: string;
  readonly generic?: Generic | undefined;
}

/** A service as an auth uses it: in one environment. A generic auth's has no id. */
export interface ServiceInUse {
  readonly id: string | undefined;
  readonly kind: 'built_in' | 'custom';
  readonly organizationId: string;
  /** Absent for a generic auth's. */
  readonly environment?: string | undefined;
  readonly definition: ServiceDefinition;
  readonly version: number;
  readonly clientRejectedAt: number | undefined;
  /** The age, in seconds, at which its auths were seen to end, where they were. */
  readonly suspectedLifetime?: number | undefined;
  /** Since when that is believed. */
  readonly suspectedSince?: number | undefined;
  /** That it is to go, where it is a legacy one. */
  readonly legacy?: Legacy | undefined;
  /** Reads the secrets of the OAuth application. */
  readonly secrets: (deps: Pick<Deps, 'vault' | 'clock'>) => Promise<Secrets>;
}

/** A service in one of its environments. Rejects with 422 `unknown_environment`. */
export const inUse = (service: Service, environment: string): ServiceInUse => ({
  id: service.id,
  kind: kindOf(service),
  organizationId: service.organizationId,
  environment,
  definition: definitionIn(service.definition, environment),
  version: service.version,
  clientRejectedAt: service.clientRejectedAt,
  suspectedLifetime: service.suspectedLifetimes?.[environment]?.seconds,
  suspectedSince: service.suspectedLifetimes?.[environment]?.since,
  legacy: legacyOf(service),
  secrets: (deps) => secretsIn(deps, service, environment),
});

/** The service of an auth or a session as it is now. */
export const currentService = async (deps: Pick<Deps, 'store'>, of: OfService): Promise<ServiceInUse> => {
  const { organizationId, serviceId, environment, generic } = of;
  if (generic) return genericService(organizationId, generic);
  const service = serviceId && (await deps.store.get(services, serviceKey(organizationId, serviceId)));
  if (!service || service.removedAt !== undefined) throw notFound('service');
  return inUse(service, environment);
};

const recent = memory<ServiceInUse>(5_000);

/** The same, at most five seconds old: an edit is seen by every process within that time. For the proxy. */
export const recentService = (deps: Deps, of: OfService): Promise<ServiceInUse> => {
  const what = of.serviceId ?? JSON.stringify(of.generic);
  return recent.recall(deps, `${of.organizationId}/${what}/${of.environment}`, () =>
    currentService(deps, of),
  );
};
