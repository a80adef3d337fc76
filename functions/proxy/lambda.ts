import { serve } from '#shared/entry/serve.ts';
import { proxyCall, proxyCallBase } from './call.ts';

export const handler = serve(proxyCall, proxyCallBase);
