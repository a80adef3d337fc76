import { serve } from '#shared/entry/serve.ts';
import { checkNewService, checkService } from './check.ts';
import { getClientSecret } from './client-secret.ts';
import { createService } from './create.ts';
import { createFromCatalogue } from './create-from-catalogue.ts';
import { getService } from './get.ts';
import { importService } from './import.ts';
import { listServices } from './list.ts';
import { listAvailableServices } from './list-available.ts';
import { moveService } from './move.ts';
import { patchService } from './patch.ts';
import { deleteService } from './remove.ts';
import { updateService } from './update.ts';

export const handler = serve(
  createService,
  createFromCatalogue,
  listServices,
  listAvailableServices,
  getService,
  updateService,
  patchService,
  deleteService,
  moveService,
  importService,
  checkNewService,
  checkService,
  getClientSecret,
);
