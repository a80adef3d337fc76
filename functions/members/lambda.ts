import { serve } from '#shared/entry/serve.ts';
import { getWorkspaceMember } from './get-in-workspace.ts';
import { getMember } from './get.ts';
import { listWorkspaceMembers } from './list-in-workspace.ts';
import { listMembers } from './list.ts';
import { putWorkspaceMember } from './put-in-workspace.ts';
import { putMember } from './put.ts';
import { deleteWorkspaceMember } from './remove-from-workspace.ts';
import { deleteMember } from './remove.ts';

export const handler = serve(
  listMembers,
  getMember,
  putMember,
  deleteMember,
  listWorkspaceMembers,
  getWorkspaceMember,
  putWorkspaceMember,
  deleteWorkspaceMember,
);
