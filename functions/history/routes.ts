import * as z from 'zod';
import { ExportQuery } from '#shared/domain/history/export.ts';
import { HistoryQuery } from '#shared/domain/history/list.ts';
import { EntryView } from '#shared/domain/history/view.ts';
import { pageOf } from '#shared/domain/inputs.ts';
import { route } from '#shared/entry/route.ts';
import { WorkspaceId } from '#shared/ids.ts';

const inWorkspace = z.strictObject({ workspaceId: WorkspaceId });

export const list = route({
  name: 'listHistory',
  method: 'GET',
  path: '/v1/history',
  summary:
    'Lists who did what in the organization, when and from where, the newest first; all, or by time, actor, end user, action and subject.',
  needs: 'history:read',
  request: { query: HistoryQuery },
  response: pageOf(EntryView),
});

export const exported = route({
  name: 'exportHistory',
  method: 'GET',
  path: '/v1/history/export',
  summary:
    'The same as JSON lines. The last line, {"latchkey": {"complete", "entries", "nextCursor"}}, says whether all have come.',
  needs: 'history:read',
  produces: 'any',
  request: { query: ExportQuery },
});

export const listOfWorkspace = route({
  name: 'listWorkspaceHistory',
  method: 'GET',
  path: '/v1/workspaces/{workspaceId}/history',
  summary: 'Lists who did what in a workspace, as /v1/history does of the organization.',
  needs: 'history:read',
  request: { path: inWorkspace, query: HistoryQuery },
  response: pageOf(EntryView),
});

export const exportedOfWorkspace = route({
  name: 'exportWorkspaceHistory',
  method: 'GET',
  path: '/v1/workspaces/{workspaceId}/history/export',
  summary: 'The same as JSON lines, as /v1/history/export.',
  needs: 'history:read',
  produces: 'any',
  request: { path: inWorkspace, query: ExportQuery },
});
