import { serve } from '#shared/entry/serve.ts';
import { exportHistory, exportWorkspaceHistory } from './export.ts';
import { listHistory, listWorkspaceHistory } from './list.ts';

export const handler = serve(listHistory, exportHistory, listWorkspaceHistory, exportWorkspaceHistory);
