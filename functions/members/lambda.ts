import { serve } from '#shared/entry/serve.ts';
import { deleteMember } from './remove.ts';

export const handler = serve(deleteMember);
