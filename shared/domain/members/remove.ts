import { AppError, conflict, invalid, notFound } from '../../errors.ts';
import { newEvent } from '../../events.ts';
import type { Deps } from '../../ports.ts';
import type { Actor } from '../actor.ts';
import { flush } from '../outbox.ts';
import { every } from '../paging.ts';
import { editedMeanwhile, expectVersion } from '../versions.ts';
import { MemberRemoved } from './events.ts';
import { finishMemberRemoval } from './finish-removal.ts';
import { memberKey, members, allMembersOf, type Member } from './member.ts';

interface RemoveMemberInput {
  readonly by: Pick<Actor, 'organizationId' | 'role'>;
  readonly userId: string;
  /** The admin who gets the personal workspace; left out, it is kept for 30 days. */
  readonly handPersonalTo: string | undefined;
  readonly ifMatch: string | undefined;
}

/** Somebody of the organization as it is now; 404 `member_not_found` for one who has left, too. */
const present = async (
  { store }: Deps,
  organizationId: string,
  userId: string,
): Promise<Member | undefined> => {
  const member = await store.get(members, memberKey(organizationId, userId));
  return member?.removedAt === undefined ? member : undefined;
};

const checkHeir = async (
  deps: Deps,
  { by: { organizationId }, userId, handPersonalTo }: RemoveMemberInput,
): Promise<void> => {
  if (handPersonalTo === undefined) return;
  const heir = handPersonalTo === userId ? undefined : await present(deps, organizationId, handPersonalTo);
  if (heir && heir.role !== 'member') return;
  throw invalid('invalid_heir', 'A personal workspace is handed to an admin of the organization.', [
    {
      path: 'query.handPersonalTo',
      message: 'Expected the user id of another person who is admin or owner.',
    },
  ]);
};

const isOwned = async ({ store }: Deps, organizationId: string): Promise<boolean> => {
  for await (const { role, removedAt } of every(store, members, allMembersOf(organizationId)))
    if (role === 'owner' && removedAt === undefined) return true;
  return false;
};

const lastOwner = () =>
  conflict('last_owner', 'An organization keeps one owner at least. Make somebody else an owner first.');

/** Two owners who remove each other at once: the second look finds that nobody would be left, and the removal is taken back. */
const demandOwner = async (deps: Deps, marked: Member, before: Member): Promise<void> => {
  if (marked.role !== 'owner' || (await isOwned(deps, marked.organizationId))) return;
  await deps.store.replace(members, { ...before, revision: marked.revision });
  throw lastOwner();
};

/**
 * Removes a person from the organization (R54): whatever a token says, it is refused from now on. Services and auths of shared
 * workspaces go on; the personal workspace is handed to an admin, or kept for 30 days and then deleted. Rejects with 404
 * `member_not_found`, 409 `last_owner`, 422 `invalid_heir`, and 403 when the person is an owner and the caller is none.
 */
export const removeMember = async (deps: Deps, input: RemoveMemberInput): Promise<void> => {
  const { by, userId, handPersonalTo: handedTo, ifMatch } = input;
  const { organizationId } = by;
  const member = await present(deps, organizationId, userId);
  if (!member) throw notFound('member', 'Check the user id.');
  expectVersion(ifMatch, member.version);
  if (member.role === 'owner' && by.role !== 'owner')
    throw new AppError(403, 'forbidden', 'Only an owner removes owners.');
  await checkHeir(deps, input);
  const removed = newEvent(deps, MemberRemoved, {
    organizationId,
    data: { userId, handedTo: handedTo ?? null },
  });
  const marked = await deps.store.replace(members, {
    ...member,
    removedAt: deps.clock.now(),
    handedTo,
    version: member.version + 1,
    outbox: [...member.outbox, removed],
  });
  if (!marked) throw editedMeanwhile();
  await demandOwner(deps, marked, member);
  await flush(deps, members, marked);
  await finishMemberRemoval(deps, { organizationId, userId });
};
