import { serve } from '#shared/entry/serve.ts';
import { createAuth } from './create.ts';
import { getAuth } from './get.ts';
import { handOutAccessToken } from './hand-out.ts';
import { listHistory } from './history.ts';
import { listServiceAuths } from './list-of-service.ts';
import { listAuths } from './list.ts';
import { refreshAuth } from './refresh.ts';
import { deleteAuth } from './remove.ts';
import { restoreSetAside } from './restore-set-aside.ts';
import { testAuth } from './test.ts';
import { updateAuth } from './update.ts';

export const handler = serve(
  createAuth,
  listAuths,
  listServiceAuths,
  getAuth,
  updateAuth,
  deleteAuth,
  refreshAuth,
  handOutAccessToken,
  restoreSetAside,
  testAuth,
  listHistory,
);
