import { serve } from '#shared/entry/serve.ts';
import { exportDefinitions } from './export.ts';
import { importDefinitions } from './import.ts';

export const handler = serve(exportDefinitions, importDefinitions);
