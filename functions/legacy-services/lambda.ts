import { serve } from '#shared/entry/serve.ts';
import { importLegacyServices } from './import.ts';
import { listLegacyServices } from './list.ts';
import { moveLegacyServices } from './move-all.ts';
import { setLegacySunset } from './set-sunset.ts';

export const handler = serve(importLegacyServices, listLegacyServices, setLegacySunset, moveLegacyServices);
