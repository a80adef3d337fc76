import * as z from 'zod';
import { LatchkeyEvent } from '../../events.ts';
import { OrganizationId, ServiceId, WorkspaceId } from '../../ids.ts';
import type { Collection, Key } from '../../ports.ts';
import { Instant } from '../inputs.ts';
import { outboxDue } from '../outbox.ts';
import { datesDue, ToldDates } from './dates.ts';
import { ServiceDefinition } from './definition.ts';
import { Legacy } from './legacy.ts';
import { SecretsStatus } from './secrets.ts';

const Service = z.object({
  id: ServiceId,
  organizationId: OrganizationId,
  workspaceId: WorkspaceId,
  definition: ServiceDefinition,
  /** Where it comes from: imported from the older system, and not moved since; absent for all others (R14). */
  origin: z.enum(['legacy']).optional(),
  legacy: Legacy.optional(),
  /** The personal workspace that it was moved from (R16). */
  movedFrom: WorkspaceId.optional(),
  /** It stands in the embedded workspace; the kind of a workspace never changes. */
  embedded: z.literal(true).optional(),
  /** The entry of the catalogue that it was made from. */
  catalogueEntry: z.string().optional(),
  /** By environment. */
  secrets: z.record(z.string(), SecretsStatus).default({}),
  /** Since when the provider refuses the OAuth application itself; absent while it does not. */
  clientRejectedAt: Instant.optional(),
  /** The age at which auths were seen to end, by environment, as long as nothing speaks against it. */
  suspectedLifetimes: z
    .record(z.string(), z.object({ seconds: z.int(), since: Instant, ends: z.int() }))
    .optional(),
  /** Which of its dates were told of, and how long before; no part of what readers see. */
  toldDates: ToldDates.optional(),
  /** Set when it is being deleted with its auths: it is gone for all but those who finish that. */
  removedAt: Instant.optional(),
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

/** The services that are available besides by what they are, whatever workspace they stand in (R14, R25). */
export const servicesFrom = (organizationId: string, source: 'legacy' | 'embedded') => ({
  index: 'grouped' as const,
  partition: `ORG#${organizationId}#${source}-services`,
});

const sourceOf = ({ origin, embedded }: Service) => origin ?? (embedded ? 'embedded' : undefined);

/** Where a service stands among those; not while it is being deleted. */
const groupOf = (item: Service): Key | undefined => {
  const source = item.removedAt === undefined ? sourceOf(item) : undefined;
  return source && { partition: servicesFrom(item.organizationId, source).partition, sort: item.id };
};

/** The service that stands at a key, read back from it. */
export const serviceIdAt = ({ partition }: Key): string => partition.slice(partition.indexOf('#SVC#') + 5);

/** The earlier of what waits in the outbox and of a date to be told of. */
const firstDue = (item: Service) =>
  [outboxDue(item), item.removedAt === undefined ? datesDue(item) : undefined]
    .filter((due) => due !== undefined)
    .toSorted((a, b) => a.at - b.at)[0];

export const services: Collection<Service> = {
  name: 'service',
  schema: Service,
  place: (item) => ({
    key: serviceKey(item.organizationId, item.id),
    listed:
      item.removedAt === undefined
        ? { partition: servicesOf(item.organizationId, item.workspaceId).partition, sort: item.id }
        : undefined,
    grouped: groupOf(item),
    due: firstDue(item),
  }),
};

/** Whether a service was made of the catalogue (R30). */
export const kindOf = ({ catalogueEntry }: Pick<Service, 'catalogueEntry'>): 'built_in' | 'custom' =>
  catalogueEntry === undefined ? 'custom' : 'built_in';
