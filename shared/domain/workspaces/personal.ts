import { newId } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import { every } from '../paging.ts';
import { workspaces, workspacesOf, type Workspace } from './workspace.ts';

interface Person {
  readonly organizationId: string;
  readonly userId: string;
}

/** The personal workspace of a user, made the first time that somebody needs it. */
export const personalWorkspace = async (
  deps: Deps,
  { organizationId, userId: ownerId }: Person,
): Promise<Workspace> => {
  for await (const workspace of every(deps.store, workspaces, workspacesOf(organizationId)))
    if (workspace.kind === 'personal' && workspace.ownerId === ownerId) return workspace;
  const id = newId('workspace', deps);
  const place = { id, organizationId, name: 'Personal', kind: 'personal' as const, ownerId };
  const item: Workspace = { ...place, version: 1, createdAt: deps.clock.now(), revision: 0 };
  return (await deps.store.insert(workspaces, item)) ?? item;
};
