import { serve } from '#shared/entry/serve.ts';
import { checkImport } from './check-import.ts';
import { exportBundle } from './export-bundle.ts';
import { getImport } from './get-import.ts';
import { importBundle } from './import-bundle.ts';
import { listImports } from './list-imports.ts';

export const handler = serve(exportBundle, importBundle, checkImport, listImports, getImport);
