import * as z from 'zod';
import { ConnectorId, OrganizationId, ServiceId, WorkspaceId } from '../../ids.ts';
import type { Collection, Key } from '../../ports.ts';
import { Instant, iso, Name, Time } from '../inputs.ts';

/** Everyone in the organization, whatever workspaces it will have. */
const wholeOrganization = 'organization';

const mostWorkspaces = 100;

/** With whom a connector is shared: workspaces by their ids, or the whole organization. */
export const SharedWith = z.union(
  [
    z.literal(wholeOrganization),
    z
      .array(WorkspaceId)
      .max(mostWorkspaces)
      .transform((ids) => [...new Set(ids)]),
  ],
  `Expected a list of at most ${String(mostWorkspaces)} ids of workspaces, or "${wholeOrganization}".`,
);
export type SharedWith = z.infer<typeof SharedWith>;

const Connector = z.object({
  id: ConnectorId,
  organizationId: OrganizationId,
  workspaceId: WorkspaceId,
  name: Name,
  serviceId: ServiceId,
  sharedWith: SharedWith,
  version: z.int(),
  createdAt: Instant,
  updatedAt: Instant,
  revision: z.int(),
});
export type Connector = z.infer<typeof Connector>;

export const connectorKey = (organizationId: string, id: string): Key => ({
  partition: `ORG#${organizationId}#CON#${id}`,
  sort: 'CONNECTOR',
});

/** The connectors of a workspace. */
export const connectorsOf = (organizationId: string, workspaceId: string) => ({
  index: 'listed' as const,
  partition: `ORG#${organizationId}#WS#${workspaceId}#connectors`,
});

/** The connectors that use a service, wherever they are. */
export const connectorsWith = (organizationId: string, serviceId: string) => ({
  index: 'grouped' as const,
  partition: `ORG#${organizationId}#SVC#${serviceId}#connectors`,
});

/** The platform's custom connectors, as far as sharing asks for them (R20): what each does is the platform's own. */
export const connectors: Collection<Connector> = {
  name: 'connector',
  schema: Connector,
  place: (item) => ({
    key: connectorKey(item.organizationId, item.id),
    listed: { partition: connectorsOf(item.organizationId, item.workspaceId).partition, sort: item.id },
    grouped: { partition: connectorsWith(item.organizationId, item.serviceId).partition, sort: item.id },
  }),
};

/** Whether a workspace may use a connector: its own, or one that is shared with it. */
export const isSharedWith = (
  { workspaceId, sharedWith }: Pick<Connector, 'workspaceId' | 'sharedWith'>,
  target: string,
): boolean => workspaceId === target || sharedWith === wholeOrganization || sharedWith.includes(target);

export const NewConnector = z.strictObject({
  name: Name,
  serviceId: ServiceId,
  sharedWith: SharedWith.default([]),
});
export type NewConnector = z.infer<typeof NewConnector>;

/** What is left out stays. */
export const ConnectorEdit = z.strictObject({
  name: Name.optional(),
  serviceId: ServiceId.optional(),
  sharedWith: SharedWith.optional(),
});
export type ConnectorEdit = z.infer<typeof ConnectorEdit>;

export const ConnectorView = z.object({
  id: ConnectorId,
  workspaceId: WorkspaceId,
  name: z.string(),
  serviceId: ServiceId,
  sharedWith: z.union([z.literal(wholeOrganization), z.array(WorkspaceId)]),
  version: z.int(),
  createdAt: Time,
  updatedAt: Time,
});

export const showConnector = (item: Connector): z.infer<typeof ConnectorView> => ({
  id: item.id,
  workspaceId: item.workspaceId,
  name: item.name,
  serviceId: item.serviceId,
  sharedWith: item.sharedWith,
  version: item.version,
  createdAt: iso(item.createdAt),
  updatedAt: iso(item.updatedAt),
});
