import * as z from 'zod';
import { PageQuery, pageOf } from '#shared/domain/inputs.ts';
import { RemovalView } from '#shared/domain/workspaces/removal.ts';
import { NewWorkspace, WorkspaceEdit, WorkspaceView } from '#shared/domain/workspaces/workspace.ts';
import { route } from '#shared/entry/route.ts';
import { WorkspaceId } from '#shared/ids.ts';

const path = z.strictObject({ workspaceId: WorkspaceId });

export const create = route({
  name: 'createWorkspace',
  method: 'POST',
  path: '/v1/workspaces',
  summary: 'Makes a shared workspace, or, once and by an owner, the embedded one of the organization.',
  needs: 'workspaces:write',
  status: 201,
  request: { body: NewWorkspace },
  response: WorkspaceView,
  example: { name: 'Team', kind: 'shared' },
});

export const list = route({
  name: 'listWorkspaces',
  method: 'GET',
  path: '/v1/workspaces',
  summary: 'Lists the workspaces that the caller may see, each with what the caller is in it.',
  needs: 'workspaces:read',
  request: { query: PageQuery },
  response: pageOf(WorkspaceView),
});

export const get = route({
  name: 'getWorkspace',
  method: 'GET',
  path: '/v1/workspaces/{workspaceId}',
  summary: 'Reads a workspace.',
  needs: 'workspaces:read',
  request: { path },
  response: WorkspaceView,
});

export const update = route({
  name: 'updateWorkspace',
  method: 'PATCH',
  path: '/v1/workspaces/{workspaceId}',
  summary: 'Renames a workspace.',
  needs: 'workspaces:write',
  request: { path, body: WorkspaceEdit },
  response: WorkspaceView,
  example: { name: 'Team East' },
});

export const putPersonal = route({
  name: 'putPersonalWorkspace',
  method: 'PUT',
  path: '/v1/personal-workspace',
  summary: 'Makes the personal workspace of the person who calls, or reads it when it is there.',
  needs: 'personal_workspace:write',
  response: WorkspaceView,
});

export const remove = route({
  name: 'deleteWorkspace',
  method: 'DELETE',
  path: '/v1/workspaces/{workspaceId}',
  summary:
    'Deletes a workspace in which nothing stands; with ?force=true all that does with it. It is gone for everyone at once, and what was in it is destroyed within the next half hour. The embedded one only an owner deletes.',
  needs: 'workspaces:delete',
  status: 204,
  request: { path, query: z.strictObject({ force: z.enum(['true', 'false']).default('false') }) },
});

export const listDeletions = route({
  name: 'listWorkspaceRemovals',
  method: 'GET',
  path: '/v1/workspace-removals',
  summary:
    'Lists the deletions of workspaces: those planned because a person has left, those under way, and those done within 400 days.',
  needs: 'workspaces:write',
  request: { query: PageQuery },
  response: pageOf(RemovalView),
});

export const getDeletion = route({
  name: 'getWorkspaceRemoval',
  method: 'GET',
  path: '/v1/workspace-removals/{removedId}',
  summary: 'Reads the deletion of a workspace: when it begins or ended, and how much of what went with it.',
  needs: 'workspaces:write',
  request: { path: z.strictObject({ removedId: WorkspaceId }) },
  response: RemovalView,
});
