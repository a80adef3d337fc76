import * as z from 'zod';
import { AppError, issueDetails, type ErrorDetail } from '../../../errors.ts';
import { newId, ServiceId, WorkspaceId } from '../../../ids.ts';
import type { Deps } from '../../../ports.ts';
import { sideBySide } from '../../side-by-side.ts';
import { personalWorkspace } from '../../workspaces/personal.ts';
import { checkNewService, keepService } from '../create.ts';
import { LegacyId } from '../legacy.ts';
import { serviceKey, services } from '../service.ts';
import { importedRecordKey, importedRecords, LegacyRecord, type ImportedRecord } from './record.ts';

/** What became of a record: made now, there already, deleted since it was imported, or not taken. */
export const ImportOutcome = z.object({
  legacyId: LegacyId.nullable(),
  outcome: z.enum(['imported', 'exists', 'removed', 'refused']),
  serviceId: ServiceId.nullable(),
  workspaceId: WorkspaceId.nullable(),
  error: z
    .object({
      code: z.string(),
      message: z.string(),
      details: z.array(z.object({ path: z.string(), message: z.string() })),
    })
    .nullable(),
});
type ImportOutcome = z.infer<typeof ImportOutcome>;

interface ImportInput {
  readonly organizationId: string;
  readonly records: readonly Readonly<Record<string, unknown>>[];
}

/** Which service a record becomes: said once, by whoever imports it first. */
const claimed = async (deps: Deps, organizationId: string, legacyId: string): Promise<ImportedRecord> => {
  const item: ImportedRecord = {
    organizationId,
    legacyId,
    serviceId: newId('service', deps),
    createdAt: deps.clock.now(),
    revision: 0,
  };
  const key = importedRecordKey(organizationId, legacyId);
  const there = await deps.store.get(importedRecords, key);
  const record =
    there ?? (await deps.store.insert(importedRecords, item)) ?? (await deps.store.get(importedRecords, key));
  if (!record) throw new Error('The record of an import was removed in the same moment.');
  return record;
};

/** Notes that the service is there. Lost to another import of the record, it is noted all the same. */
const noteImported = async (deps: Deps, record: ImportedRecord): Promise<void> => {
  if (record.importedAt !== undefined) return;
  await deps.store.replace(importedRecords, { ...record, importedAt: deps.clock.now() });
};

/** Makes the service of a record, or finds it. Checked first: what is refused leaves nothing. */
const importOne = async (
  deps: Deps,
  organizationId: string,
  { legacyId, userId, service: input, message, sunsetAt }: LegacyRecord,
): Promise<Omit<ImportOutcome, 'legacyId' | 'error'>> => {
  const split = await checkNewService(deps, { organizationId, input });
  const record = await claimed(deps, organizationId, legacyId);
  const { serviceId } = record;
  const found = await deps.store.get(services, serviceKey(organizationId, serviceId));
  if (found && found.removedAt === undefined) {
    await noteImported(deps, record);
    return { outcome: 'exists', serviceId, workspaceId: found.workspaceId };
  }
  if (found || record.importedAt !== undefined) return { outcome: 'removed', serviceId, workspaceId: null };
  const { id: workspaceId } = await personalWorkspace(deps, { organizationId, userId });
  const legacy = { id: legacyId, message, sunsetAt };
  const place = { id: serviceId, organizationId, workspaceId, origin: 'legacy' as const, legacy };
  await keepService(deps, { ...place, split });
  await noteImported(deps, record);
  return { outcome: 'imported', serviceId, workspaceId };
};

/** Of a definition the paths begin with `body`; in a lot they stand below the record. */
const below = (details: readonly ErrorDetail[], part: string): ErrorDetail[] =>
  details.map(({ path, message }) => ({ path: path.replace(/^body/, part), message }));

const refused = (legacyId: unknown, error: AppError): ImportOutcome => ({
  legacyId: LegacyId.safeParse(legacyId).data ?? null,
  outcome: 'refused',
  serviceId: null,
  workspaceId: null,
  error: { code: error.code, message: error.message, details: [...error.details] },
});

const judged = async (
  deps: Deps,
  organizationId: string,
  { given, part }: { given: Readonly<Record<string, unknown>>; part: string },
): Promise<ImportOutcome> => {
  const parsed = LegacyRecord.safeParse(given);
  if (!parsed.success) {
    const details = issueDetails(parsed.error, part);
    const message = 'The record is not as it should be; see the details.';
    return refused(given['legacyId'], new AppError(422, 'invalid_record', message, { details }));
  }
  try {
    const done = await importOne(deps, organizationId, parsed.data);
    return { legacyId: parsed.data.legacyId, ...done, error: null };
  } catch (error) {
    if (!(error instanceof AppError) || error.status >= 500) throw error;
    const { status, code, message, details } = error;
    return refused(
      parsed.data.legacyId,
      new AppError(status, code, message, { details: below(details, `${part}.service`) }),
    );
  }
};

/** One after the other where two say that they are the same. */
const byId = ({ records }: ImportInput) => {
  const groups = new Map<string, number[]>();
  for (const [index, { legacyId }] of records.entries()) {
    const name = typeof legacyId === 'string' ? `id ${legacyId}` : `place ${String(index)}`;
    groups.set(name, [...(groups.get(name) ?? []), index]);
  }
  return [...groups.values()];
};

/**
 * Imports services of the older system (R14), each into the personal workspace of its user, and tells of each what became of it,
 * in their order. Each is there wholly or not at all, and once, however often it is imported. Rejects after the last when a part
 * of ours failed: repeated, it goes on.
 */
export const importLegacyServices = async (deps: Deps, input: ImportInput): Promise<ImportOutcome[]> => {
  const outcomes = new Map<number, ImportOutcome>();
  await sideBySide(byId(input), async (places) => {
    for (const index of places) {
      const given = input.records[index] ?? {};
      const part = `body.records.${String(index)}`;
      outcomes.set(index, await judged(deps, input.organizationId, { given, part }));
    }
  });
  return input.records.flatMap((_, index) => outcomes.get(index) ?? []);
};
