import type { Deps } from '../../ports.ts';
import { drop } from '../drop.ts';
import { flush } from '../outbox.ts';
import { every } from '../paging.ts';
import { planRemoval } from '../workspaces/plan-removal.ts';
import { removals } from '../workspaces/removal.ts';
import { rewriteWorkspace } from '../workspaces/rewrite.ts';
import { workspaces, workspacesOf, type Workspace } from '../workspaces/workspace.ts';
import { forgetRole } from './acting.ts';
import { memberKey, members, type Member } from './member.ts';
import { membershipKey, memberships, membershipsOf } from './membership.ts';

/** How long the personal workspace of a person who has left is kept where nobody was named to have it (R54). Milliseconds. */
const keptFor = 30 * 86_400_000;

interface Where {
  readonly organizationId: string;
  readonly userId: string;
}

const endMemberships = async (deps: Deps, { organizationId, userId }: Where): Promise<void> => {
  for await (const membership of every(deps.store, memberships, membershipsOf(organizationId, userId))) {
    await drop(deps, memberships, membershipKey(organizationId, membership.workspaceId, userId));
    forgetRole(deps, organizationId, membership.workspaceId, userId);
  }
};

/** Makes somebody else the one whose workspace it is. */
const hand = (deps: Deps, { organizationId, id: workspaceId, ownerId }: Workspace, heir: string) =>
  rewriteWorkspace(deps, { organizationId, workspaceId }, (found) =>
    found.ownerId === ownerId ? { ...found, ownerId: heir, version: found.version + 1 } : undefined,
  );

/** Who gets the personal workspace of one who has left; nobody where the one who was named has left as well. */
const heirOf = async ({ store }: Deps, { organizationId, handedTo }: Member): Promise<string | undefined> => {
  const heir = handedTo && (await store.get(members, memberKey(organizationId, handedTo)));
  return heir && heir.removedAt === undefined ? heir.userId : undefined;
};

/** Ends the memberships of a person who was removed, and hands the personal workspace on or plans its deletion. Again: nothing happens. */
export const finishMemberRemoval = async (deps: Deps, where: Where): Promise<void> => {
  const { organizationId, userId } = where;
  const member = await deps.store.get(members, memberKey(organizationId, userId));
  if (member?.removedAt === undefined) return;
  await endMemberships(deps, where);
  const heir = await heirOf(deps, member);
  const beginsAt = member.removedAt + keptFor;
  const plan = { by: { type: 'system', id: 'member_left' }, reason: 'member_left', beginsAt } as const;
  for await (const workspace of every(deps.store, workspaces, workspacesOf(organizationId))) {
    if (workspace.kind !== 'personal' || workspace.ownerId !== userId) continue;
    if (heir !== undefined) await hand(deps, workspace, heir);
    else await flush(deps, removals, await planRemoval(deps, workspace, plan));
  }
  // Whoever has removed the heir meanwhile may not have seen what it was handed.
  if (heir !== undefined) await finishMemberRemoval(deps, { organizationId, userId: heir });
};
