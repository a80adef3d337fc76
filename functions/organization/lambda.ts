import { serve } from '#shared/entry/serve.ts';
import { getOrganization } from './get.ts';
import { updateOrganization } from './update.ts';

export const handler = serve(getOrganization, updateOrganization);
