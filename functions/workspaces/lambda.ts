import { serve } from '#shared/entry/serve.ts';
import { createWorkspace } from './create.ts';
import { getWorkspaceRemoval } from './get-removal.ts';
import { getWorkspace } from './get.ts';
import { listWorkspaceRemovals } from './list-removals.ts';
import { listWorkspaces } from './list.ts';
import { putPersonalWorkspace } from './put-personal.ts';
import { deleteWorkspace } from './remove.ts';
import { updateWorkspace } from './update.ts';

export const handler = serve(
  createWorkspace,
  listWorkspaces,
  getWorkspace,
  updateWorkspace,
  putPersonalWorkspace,
  deleteWorkspace,
  listWorkspaceRemovals,
  getWorkspaceRemoval,
);
