import { serve } from '#shared/entry/serve.ts';
import { forgetEndUser } from './forget.ts';
import { listEndUsers } from './list.ts';
import { getReceipt } from './receipt.ts';

export const handler = serve(listEndUsers, forgetEndUser, getReceipt);
