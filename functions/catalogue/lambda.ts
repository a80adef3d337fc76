import { serve } from '#shared/entry/serve.ts';
import { getCatalogueEntry } from './get.ts';
import { listCatalogue } from './list.ts';

export const handler = serve(listCatalogue, getCatalogueEntry);
