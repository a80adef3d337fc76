import * as z from 'zod';
import { eventKind } from '../../events.ts';
import { WorkspaceId } from '../../ids.ts';
import { workspaceKinds } from '../../permissions.ts';

const workspaceId = 'ws_01hvx3s9k2m4n6p8q0r2s4t6v8';

export const WorkspaceRemovalDue = eventKind('workspace.removal_due', {
  summary: 'What deleted workspaces leave is to be destroyed, or the time has come to delete one.',
  audience: 'work',
  version: 1,
  data: z.strictObject({ workspaceIds: z.array(WorkspaceId).min(1).max(100) }),
  example: { workspaceIds: [workspaceId] },
});

export const WorkspaceRemoved = eventKind('workspace.removed', {
  summary:
    'A workspace was deleted and all that was in it is destroyed. `removed` counts by kind what stood there when that began.',
  audience: 'news',
  version: 1,
  data: z.strictObject({
    workspaceId: WorkspaceId,
    kind: z.enum(workspaceKinds),
    removed: z.record(z.string(), z.int()),
  }),
  example: { workspaceId, kind: 'shared', removed: { services: 2, auths: 87 } },
});

export const workspaceEvents = [WorkspaceRemovalDue, WorkspaceRemoved];
