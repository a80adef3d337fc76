import * as z from 'zod';
import type { LatchkeyEvent } from '../../events.ts';
import { AuthId, WorkspaceId } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import { findWorkspace } from '../workspaces/get.ts';
import { history } from './history.ts';

const OfAuth = z.looseObject({ authId: AuthId, workspaceId: WorkspaceId.optional() });

/**
 * Writes an event into the history of its auth; told twice, it stands there once. Events of many auths are no history. One that
 * comes once more after its workspace was deleted leaves nothing.
 */
export const recordHistory = async (deps: Deps, event: LatchkeyEvent): Promise<void> => {
  const about = OfAuth.safeParse(event.data);
  if (!about.success) return;
  const { organizationId } = event;
  const { authId, workspaceId } = about.data;
  if (workspaceId !== undefined && !(await findWorkspace(deps, { organizationId, workspaceId }))) return;
  await deps.store.insert(history, { organizationId, authId, event, revision: 0 });
};
