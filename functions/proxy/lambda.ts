import { serve } from '#shared/entry/serve.ts';
import { proxyCalls } from './call.ts';
import { apiLimit } from './time-limit.ts';

export const handler = serve(...proxyCalls(apiLimit));
