import * as z from 'zod';
import { LatchkeyEvent } from '../../events.ts';
import { OrganizationId, ServiceId, WorkspaceId } from '../../ids.ts';
import type { Collection, Key, VaultRef } from '../../ports.ts';
import { Instant, iso, isoOrNull, Time } from '../inputs.ts';
import { outboxDue } from '../outbox.ts';
import { ServiceDefinition } from './definition.ts';

const Service = z.object({
  id: ServiceId,
  organizationId: OrganizationId,
  workspaceId: WorkspaceId,
  definition: ServiceDefinition,
  /** Which version in the vault is the client secret, and since when. */
  clientSecret: z.object({ version: z.string(), updatedAt: Instant }).optional(),
  /** Since when the provider refuses the OAuth application itself; absent while it does not. */
  clientRejectedAt: Instant.optional(),
  version: z.int(),
  createdAt: Instant,
  updatedAt: Instant,
  outbox: z.array(LatchkeyEvent),
  revision: z.int(),
});
export type Service = z.infer<typeof Service>;

export const serviceKey = (organizationId: string, id: string): Key => ({
  partition: `ORG#${organizationId}#SVC#${id}`,
  sort: 'SERVICE',
});

/** The services that are managed in a workspace. */
export const servicesOf = (organizationId: string, workspaceId: string) => ({
  index: 'listed' as const,
  partition: `ORG#${organizationId}#WS#${workspaceId}#services`,
});

/** The services that use an umbrella application. */
export const servicesUnder = (organizationId: string, umbrellaId: string) => ({
  index: 'grouped' as const,
  partition: `ORG#${organizationId}#UMB#${umbrellaId}#services`,
});

export const services: Collection<Service> = {
  name: 'service',
  schema: Service,
  place: (item) => ({
    key: serviceKey(item.organizationId, item.id),
    listed: { partition: servicesOf(item.organizationId, item.workspaceId).partition, sort: item.id },
    grouped: item.definition.umbrellaId
      ? { partition: servicesUnder(item.organizationId, item.definition.umbrellaId).partition, sort: item.id }
      : undefined,
    due: outboxDue(item),
  }),
};

/** Where a service's client secret lies. */
export const clientSecretRef = (service: Pick<Service, 'organizationId' | 'id'>): VaultRef => ({
  kind: 'service',
  organizationId: service.organizationId,
  id: service.id,
});

const SecretStatus = z.object({ set: z.boolean(), updatedAt: Time.nullable() });

export const ServiceView = z.looseObject({
  id: ServiceId,
  workspaceId: WorkspaceId,
  kind: z.literal('custom'),
  version: z.int(),
  name: z.string(),
  baseUrl: z.string(),
  auth: z.looseObject({ type: z.string(), clientSecret: SecretStatus.optional() }),
  createdAt: Time,
  updatedAt: Time,
});

/** A service as its managers see it: the whole definition, its secret only as set or not (R53). */
export const showService = (item: Service): z.infer<typeof ServiceView> => {
  const { auth, ...document } = item.definition;
  const clientSecret = {
    set: item.clientSecret !== undefined,
    updatedAt: isoOrNull(item.clientSecret?.updatedAt),
  };
  return {
    ...document,
    id: item.id,
    workspaceId: item.workspaceId,
    kind: 'custom',
    version: item.version,
    auth: auth.type === 'oauth2' ? { ...auth, clientSecret } : auth,
    createdAt: iso(item.createdAt),
    updatedAt: iso(item.updatedAt),
  };
};
