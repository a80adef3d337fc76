import type { Deps } from '../../ports.ts';
import { amend } from '../amend.ts';
import { flush } from '../outbox.ts';
import { every } from '../paging.ts';
import { dropWorkspace } from '../workspaces/drop.ts';
import { isAllEmpty } from '../workspaces/part.ts';
import { planRemoval } from '../workspaces/plan-removal.ts';
import { removals, removalsOf } from '../workspaces/removal.ts';
import { workspaces, workspacesOf } from '../workspaces/workspace.ts';
import { closeOrganization } from './close.ts';
import { organizationContents } from './contents.ts';
import { organizationRemovalKey, organizationRemovals, type OrganizationRemoval } from './removal.ts';

/** When it is looked again whether all workspaces are empty. Milliseconds. */
const again = 5 * 60_000;

interface Where {
  readonly organizationId: string;
}

/** Takes all workspaces away; what is in them is destroyed each by its own deletion. */
const dropWorkspaces = async (
  deps: Deps,
  { organizationId, by, begunAt }: OrganizationRemoval,
): Promise<void> => {
  const plan = { by, reason: 'organization_deleted', beginsAt: begunAt } as const;
  for await (const workspace of every(deps.store, workspaces, workspacesOf(organizationId))) {
    const planned = await planRemoval(deps, workspace, plan);
    await dropWorkspace(deps, { organizationId, workspaceId: workspace.id });
    await flush(deps, removals, planned);
  }
};

const isEveryWorkspaceGone = async ({ store }: Deps, { organizationId }: Where): Promise<boolean> => {
  for await (const { endedAt, outbox } of every(store, removals, removalsOf(organizationId)))
    if (endedAt === undefined || outbox.length > 0) return false;
  return true;
};

const empty = async (deps: Deps, { organizationId }: Where): Promise<boolean> => {
  const place = { organizationId, workspaceId: '', whole: true };
  for (const part of organizationContents) await part.empty(deps, place);
  return isAllEmpty(deps, organizationContents, place);
};

const end = async (deps: Deps, { organizationId }: Where): Promise<void> => {
  for await (const removal of every(deps.store, removals, removalsOf(organizationId)))
    await deps.store.remove(removals, removal);
  await deps.vault.removeWorkspace({ organizationId });
};

/**
 * Goes on with the deletion of an organization: its workspaces, what it has besides, and when all of that is destroyed, the keys
 * under which its secrets were sealed. Again: goes on with what is left.
 */
export const finishOrganizationRemoval = async (deps: Deps, where: Where): Promise<void> => {
  const key = organizationRemovalKey(where.organizationId);
  const removal = await deps.store.get(organizationRemovals, key);
  if (!removal || removal.endedAt !== undefined) return;
  await closeOrganization(deps, where.organizationId);
  await dropWorkspaces(deps, removal);
  const isEmpty = await empty(deps, where);
  const done = isEmpty && (await isEveryWorkspaceGone(deps, where));
  if (done) await end(deps, where);
  const now = deps.clock.now();
  const next = done ? { endedAt: now, nextAt: undefined } : { nextAt: now + again };
  await amend(deps, { collection: organizationRemovals, key }, (item) =>
    item.endedAt === undefined ? { ...item, ...next } : undefined,
  );
};
