import { serve } from '#shared/entry/serve.ts';
import { startOwnConnectSession } from './connect.ts';
import { getOwnAuth } from './get.ts';
import { listOwnServices } from './list-services.ts';
import { listOwnAuths } from './list.ts';
import { getOwnConnectSession } from './read-connect.ts';
import { deleteOwnAuth } from './remove.ts';
import { updateOwnAuth } from './update.ts';

export const handler = serve(
  listOwnServices,
  listOwnAuths,
  getOwnAuth,
  updateOwnAuth,
  deleteOwnAuth,
  startOwnConnectSession,
  getOwnConnectSession,
);
