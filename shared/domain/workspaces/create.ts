import { newId } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import { workspaces, type Workspace } from './workspace.ts';

/** Makes a workspace in an organization. */
export const createWorkspace = async (
  deps: Deps,
  { organizationId, name, kind }: Pick<Workspace, 'organizationId' | 'name' | 'kind'>,
): Promise<Workspace> => {
  const createdAt = deps.clock.now();
  const item: Workspace = {
    id: newId('workspace', deps),
    organizationId,
    name,
    kind,
    version: 1,
    createdAt,
    revision: 0,
  };
  return (await deps.store.insert(workspaces, item)) ?? item;
};
