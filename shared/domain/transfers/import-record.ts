import * as z from 'zod';
import { ImportId, OrganizationId, WorkspaceId } from '../../ids.ts';
import type { Collection, Key } from '../../ports.ts';
import { Instant, iso, Time } from '../inputs.ts';
import { PlannedConnector, PlannedService } from './plan-view.ts';

const ImportRecord = z.object({
  id: ImportId,
  organizationId: OrganizationId,
  workspaceId: WorkspaceId,
  name: z.string().optional(),
  /** SHA-256 of the bundle, in hexadecimal. The bundle itself is not kept. */
  digest: z.string(),
  services: z.array(PlannedService),
  connectors: z.array(PlannedConnector),
  /** How many steps the bundle had. */
  steps: z.int(),
  importedBy: z.string(),
  importedAt: Instant,
  revision: z.int(),
});
export type ImportRecord = z.infer<typeof ImportRecord>;

export const importKey = (organizationId: string, workspaceId: string, id: string): Key => ({
  partition: `ORG#${organizationId}#WS#${workspaceId}`,
  sort: `IMP#${id}`,
});

export const importsOf = (organizationId: string, workspaceId: string) => ({
  index: 'own' as const,
  partition: `ORG#${organizationId}#WS#${workspaceId}`,
  prefix: 'IMP#',
});

/** The imports of bundles into a workspace: written once, each by the one write that makes the import (ADR 0035). */
export const importRecords: Collection<ImportRecord> = {
  name: 'import',
  schema: ImportRecord,
  place: (item) => ({ key: importKey(item.organizationId, item.workspaceId, item.id) }),
};

export const ImportView = z.object({
  id: ImportId,
  name: z.string().nullable(),
  digest: z.string(),
  services: z.array(PlannedService),
  connectors: z.array(PlannedConnector),
  steps: z.int(),
  importedBy: z.string(),
  importedAt: Time,
});

export const showImport = (item: ImportRecord): z.infer<typeof ImportView> => ({
  id: item.id,
  name: item.name ?? null,
  digest: item.digest,
  services: item.services,
  connectors: item.connectors,
  steps: item.steps,
  importedBy: item.importedBy,
  importedAt: iso(item.importedAt),
});
