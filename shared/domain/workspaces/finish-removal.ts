import { newEvent } from '../../events.ts';
import type { Deps } from '../../ports.ts';
import { amend } from '../amend.ts';
import { memberKey, members } from '../members/member.ts';
import { contents } from './contents.ts';
import { WorkspaceRemoved } from './events.ts';
import { findWorkspace } from './get.ts';
import { organizationKey, organizations } from './organization.ts';
import { countHeld, isAllEmpty, type EmptiedPlace } from './part.ts';
import { forgetWorkspace } from './recent.ts';
import { removalKey, removals, type WorkspaceRemoval } from './removal.ts';
import { workspaces, type Workspace } from './workspace.ts';

const minute = 60_000;

/** For so long somebody who began before may still write into the workspace; then it is looked through once more. Milliseconds. */
const settling = 15 * minute;
/** When it is tried again after something could not be destroyed, such as an auth that is being renewed. */
const again = 5 * minute;

interface Where {
  readonly organizationId: string;
  readonly workspaceId: string;
}

/** Whether nothing is left of why the workspace of one who left was to go: the person has come back, or somebody else has it now. */
const isOverruled = async (
  deps: Deps,
  { organizationId, ownerId, reason, gone }: WorkspaceRemoval,
  workspace: Workspace,
): Promise<boolean> => {
  if (reason !== 'member_left' || gone || ownerId === undefined) return false;
  if (workspace.ownerId !== ownerId) return true;
  const member = await deps.store.get(members, memberKey(organizationId, ownerId));
  return member !== undefined && member.removedAt === undefined;
};

/**
 * Takes a workspace away from everyone, unless it is overruled: then its deletion is dropped. Whoever overrules it writes the workspace,
 * so that the one that was looked at is taken, or none.
 */
const takeAway = async (deps: Deps, removal: WorkspaceRemoval): Promise<'taken' | 'kept' | 'overtaken'> => {
  const workspace = await findWorkspace(deps, removal);
  // It was taken away already, and what was in it is nobody's any more.
  if (!workspace) return 'taken';
  if (await isOverruled(deps, removal, workspace)) {
    await deps.store.remove(removals, removal);
    return 'kept';
  }
  if (!(await deps.store.remove(workspaces, workspace))) return 'overtaken';
  forgetWorkspace(deps, removal);
  return 'taken';
};

/** Notes, once, since when the workspace is gone and what stood in it. */
const noteGone = async (deps: Deps, removal: WorkspaceRemoval, place: EmptiedPlace) => {
  if (removal.gone) return removal.gone;
  const counts = Object.entries(await countHeld(deps, contents, place));
  const gone = { at: deps.clock.now(), held: Object.fromEntries(counts.filter(([, count]) => count > 0)) };
  const where = { collection: removals, key: removalKey(place.organizationId, place.workspaceId) };
  const noted = await amend(deps, where, (item) =>
    item.gone ? item : { ...item, gone, nextAt: gone.at + again },
  );
  return noted?.gone;
};

/** Empties the workspace as far as it can be; false when something is left. One part that fails keeps no other from its turn. */
const empty = async (deps: Deps, place: EmptiedPlace): Promise<boolean> => {
  const failures: unknown[] = [];
  for (const part of contents) await part.empty(deps, place).catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw new AggregateError(failures, 'Not all of a workspace could be destroyed.');
  return isAllEmpty(deps, contents, place);
};

const end = async (deps: Deps, removal: WorkspaceRemoval, held: Record<string, number>): Promise<void> => {
  const { organizationId, workspaceId, kind } = removal;
  await deps.vault.removeWorkspace({ organizationId, workspaceId });
  const removed = newEvent(deps, WorkspaceRemoved, {
    organizationId,
    data: { workspaceId, kind, removed: held },
  });
  await amend(deps, { collection: removals, key: removalKey(organizationId, workspaceId) }, (item) =>
    item.endedAt === undefined
      ? { ...item, nextAt: undefined, endedAt: deps.clock.now(), outbox: [...item.outbox, removed] }
      : undefined,
  );
};

/**
 * Goes on with the deletion of a workspace whose time has come: takes it away from everyone, destroys what was in it, looks once
 * more when nobody can write into it any more, and then destroys the key under which its credentials were sealed. Rejects when
 * something could not be destroyed; again: goes on with what is left.
 */
export const finishWorkspaceRemoval = async (
  deps: Deps,
  { organizationId, workspaceId }: Where,
): Promise<void> => {
  const key = removalKey(organizationId, workspaceId);
  const removal = await deps.store.get(removals, key);
  if (!removal || removal.endedAt !== undefined || removal.beginsAt > deps.clock.now()) return;
  const outcome = await takeAway(deps, removal);
  if (outcome === 'kept') return;
  if (outcome === 'overtaken') return finishWorkspaceRemoval(deps, { organizationId, workspaceId });
  const whole = (await deps.store.get(organizations, organizationKey(organizationId))) === undefined;
  const place = { organizationId, workspaceId, whole };
  const gone = await noteGone(deps, removal, place);
  if (!gone) return;
  const isEmpty = await empty(deps, place);
  const now = deps.clock.now();
  const settled = gone.at + settling;
  if (isEmpty && now >= settled) return end(deps, removal, gone.held);
  const nextAt = isEmpty ? settled : now + again;
  await amend(deps, { collection: removals, key }, (item) =>
    item.endedAt === undefined ? { ...item, nextAt } : undefined,
  );
};
