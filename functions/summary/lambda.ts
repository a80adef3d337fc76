import { serve } from '#shared/entry/serve.ts';
import { getHealthSummary } from './get-health.ts';

export const handler = serve(getHealthSummary);
