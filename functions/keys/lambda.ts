import { serve } from '#shared/entry/serve.ts';
import { createKey } from './create.ts';
import { listKeys } from './list.ts';
import { deleteKey } from './remove.ts';

export const handler = serve(createKey, listKeys, deleteKey);
