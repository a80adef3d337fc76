import { serve } from '#shared/entry/serve.ts';
import { getDocument } from './document.ts';
import { getHealth } from './health.ts';

export const handler = serve(getDocument, getHealth);
