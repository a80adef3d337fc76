import { serve } from '#shared/entry/serve.ts';
import { createService } from './create.ts';
import { getService } from './get.ts';
import { listServices } from './list.ts';
import { patchService } from './patch.ts';
import { deleteService } from './remove.ts';
import { updateService } from './update.ts';

export const handler = serve(
  createService,
  listServices,
  getService,
  updateService,
  patchService,
  deleteService,
);
