import { serve } from '#shared/entry/serve.ts';
import { createWorkspace } from './create.ts';
import { getWorkspace } from './get.ts';
import { listWorkspaces } from './list.ts';
import { putPersonalWorkspace } from './put-personal.ts';
import { updateWorkspace } from './update.ts';

export const handler = serve(
  createWorkspace,
  listWorkspaces,
  getWorkspace,
  updateWorkspace,
  putPersonalWorkspace,
);
