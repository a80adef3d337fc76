import { serve } from '#shared/entry/serve.ts';
import { createKey } from './create.ts';
import { getKey } from './get.ts';
import { listKeys } from './list.ts';
import { deleteKey } from './remove.ts';
import { rotateKey } from './rotate.ts';
import { updateKey } from './update.ts';

export const handler = serve(createKey, listKeys, getKey, updateKey, rotateKey, deleteKey);
