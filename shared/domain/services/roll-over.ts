import { newEvent } from '../../events.ts';
import type { Deps } from '../../ports.ts';
import { replaceAndTell } from '../outbox.ts';
import type { ServiceInUse } from './current.ts';
import { production, type ServiceDefinition } from './definition.ts';
import { ClientSecretRolledOver } from './events.ts';
import { inheritedSecrets } from './secrets.ts';
import { serviceKey, services, type Service } from './service.ts';

/** Whether an environment asks another token endpoint than production does: what that takes says nothing of production. */
const asksElsewhere = ({ definition }: Service, environment: string): boolean =>
  definition.environments[environment]?.auth['tokenUrl'] !== undefined;

/**
 * The environment whose next client secret counts by the word of another's provider: itself, or production where it has none of
 * its own and asks the same token endpoint.
 */
const keeperOf = (service: Service, environment: string): string | undefined => {
  if (service.secrets[environment]?.since['nextClientSecret'] !== undefined) return environment;
  if (asksElsewhere(service, environment)) return undefined;
  return inheritedSecrets(service, environment).includes('nextClientSecret') ? production : undefined;
};

/** The date of the secret that is gone goes with it; that of the one that takes over takes its place. */
const redated = (definition: ServiceDefinition, environment: string): ServiceDefinition => {
  const { auth, environments } = definition;
  if (environment === production) {
    if (auth.type !== 'oauth2') return definition;
    const { nextClientSecretExpiresAt: clientSecretExpiresAt } = auth;
    return { ...definition, auth: { ...auth, clientSecretExpiresAt, nextClientSecretExpiresAt: undefined } };
  }
  const override = environments[environment];
  if (!override) return definition;
  const { clientSecretExpiresAt: _, nextClientSecretExpiresAt: date, ...others } = override.auth;
  const own = { ...others, ...(date !== undefined && { clientSecretExpiresAt: date }) };
  return { ...definition, environments: { ...environments, [environment]: { ...override, auth: own } } };
};

/** The service with the next client secret of an environment in the place of the present one. */
const rolledOver = (deps: Deps, service: Service, keeper: string): Service | undefined => {
  const status = service.secrets[keeper];
  if (!status) return undefined;
  const { nextClientSecret: _, ...since } = status.since;
  const now = deps.clock.now();
  const { organizationId, id: serviceId, workspaceId } = service;
  const data = { serviceId, workspaceId, environment: keeper };
  return {
    ...service,
    definition: redated(service.definition, keeper),
    secrets: {
      ...service.secrets,
      [keeper]: { ...status, rolledOver: true, since: { ...since, clientSecret: now } },
    },
    clientRejectedAt: undefined,
    version: service.version + 1,
    updatedAt: now,
    outbox: [...service.outbox, newEvent(deps, ClientSecretRolledOver, { organizationId, data })],
  };
};

/**
 * Makes the next client secret of a service the present one, once the provider has refused the one and taken the other, and tells
 * so. What is read of the service changes, so its version is raised as by an edit. Nothing happens when it was edited, or its
 * secrets changed places, meanwhile: then the next renewal finds out. Who calls a provider may not write client secrets, and need
 * not: the vault holds both, and the item says which of them counts (ADR 0022).
 */
export const rollOver = async (
  deps: Deps,
  { organizationId, id, environment, version }: ServiceInUse,
): Promise<void> => {
  if (id === undefined || environment === undefined) return;
  const current = await deps.store.get(services, serviceKey(organizationId, id));
  if (current?.version !== version || current.removedAt !== undefined) return;
  const keeper = keeperOf(current, environment);
  const next = keeper === undefined ? undefined : rolledOver(deps, current, keeper);
  if (next) await replaceAndTell(deps, services, next);
};
