import { serve } from '#shared/entry/serve.ts';
import { getCatalogueEntry } from './get.ts';
import { getLifetimeProfile } from './get-profile.ts';
import { listCatalogue } from './list.ts';
import { listLifetimeProfiles } from './list-profiles.ts';

export const handler = serve(listCatalogue, getCatalogueEntry, listLifetimeProfiles, getLifetimeProfile);
