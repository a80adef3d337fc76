import { serve } from '#shared/entry/serve.ts';
import { parseCurl } from './parse-curl.ts';
import { sendHttpRequest } from './send.ts';

export const handler = serve(sendHttpRequest, parseCurl);
