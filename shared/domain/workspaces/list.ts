import type { Deps } from '../../ports.ts';
import type { Actor } from '../actor.ts';
import type { PageQuery } from '../inputs.ts';
import { page } from '../paging.ts';
import { getWorkspace } from './get.ts';
import { showWorkspace, workspaces, workspacesOf } from './workspace.ts';

/** The workspaces that a caller may see: all of its organization, or the one that it is bound to. */
export const listWorkspaces = async (deps: Deps, actor: Actor, query: PageQuery) => {
  const { organizationId, workspaceId } = actor;
  if (workspaceId === undefined) {
    return page(deps.store, workspaces, { ...workspacesOf(organizationId), query, show: showWorkspace });
  }
  return {
    items: [showWorkspace(await getWorkspace(deps, { organizationId, workspaceId }))],
    nextCursor: null,
  };
};
