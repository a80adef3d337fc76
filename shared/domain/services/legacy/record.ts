import * as z from 'zod';
import { OrganizationId, ServiceId } from '../../../ids.ts';
import type { Collection, Key } from '../../../ports.ts';
import { Instant } from '../../inputs.ts';
import { UserId } from '../../members/user-id.ts';
import { ServiceInput } from '../definition.ts';
import { LegacyId, Sunset } from '../legacy.ts';

/** A service of the older system as an import brings it: whose it was, its definition with its secrets, and when it is to go. */
export const LegacyRecord = Sunset.extend({ legacyId: LegacyId, userId: UserId, service: ServiceInput });
export type LegacyRecord = z.infer<typeof LegacyRecord>;

const ImportedRecord = z.object({
  organizationId: OrganizationId,
  legacyId: LegacyId,
  /** The service that it becomes, made or not. */
  serviceId: ServiceId,
  /** Since when the service is there: one that is gone since then was deleted, and does not come back. */
  importedAt: Instant.optional(),
  createdAt: Instant,
  revision: z.int(),
});
export type ImportedRecord = z.infer<typeof ImportedRecord>;

export const importedRecordKey = (organizationId: string, legacyId: string): Key => ({
  partition: `ORG#${organizationId}`,
  sort: `LEGACY#${legacyId}`,
});

/** All records that an organization has imported. */
export const importedRecordsOf = (organizationId: string) => ({
  index: 'own' as const,
  partition: `ORG#${organizationId}`,
  prefix: 'LEGACY#',
});

/** Which service a record of the older system became: written before the service, so that two imports of it make one. */
export const importedRecords: Collection<ImportedRecord> = {
  name: 'legacy_record',
  schema: ImportedRecord,
  place: ({ organizationId, legacyId }) => ({ key: importedRecordKey(organizationId, legacyId) }),
};
