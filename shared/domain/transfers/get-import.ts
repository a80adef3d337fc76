import { notFound } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { importKey, importRecords, type ImportRecord } from './import-record.ts';

interface ImportRef {
  readonly organizationId: string;
  readonly workspaceId: string;
  readonly importId: string;
}

/** An import into a workspace; 404 `import_not_found`. */
export const getImport = async (
  { store }: Pick<Deps, 'store'>,
  { organizationId, workspaceId, importId }: ImportRef,
): Promise<ImportRecord> => {
  const found = await store.get(importRecords, importKey(organizationId, workspaceId, importId));
  if (!found) throw notFound('import');
  return found;
};
