import { AppError, invalid, notFound } from '../../errors.ts';
import { newEvent } from '../../events.ts';
import type { Deps } from '../../ports.ts';
import type { Actor } from '../actor.ts';
import { flush } from '../outbox.ts';
import { editedMeanwhile, expectVersion } from '../versions.ts';
import { MemberRemoved } from './events.ts';
import { finishMemberRemoval } from './finish-removal.ts';
import { memberKey, members, type Member } from './member.ts';
import { discountOwner } from './owners.ts';

interface RemoveMemberInput {
  readonly by: Pick<Actor, 'organizationId' | 'role'>;
  readonly userId: string;
  /** The admin who gets the personal workspace; left out, it is kept for 30 days. */
  readonly handPersonalTo: string | undefined;
  readonly ifMatch: string | undefined;
}

/** Somebody of the organization as it is now; undefined for one who has left, too. */
const present = async (
  { store }: Deps,
  organizationId: string,
  userId: string,
): Promise<Member | undefined> => {
  const member = await store.get(members, memberKey(organizationId, userId));
  return member?.removedAt === undefined ? member : undefined;
};

/**
 * Whoever is to be removed. Where tokens say who has which role, a person need not have a record: there is none to be read, and the
 * one that is written keeps them out. Rejects with 404 `member_not_found`.
 */
const leaving = async (deps: Deps, organizationId: string, userId: string): Promise<Member> => {
  const found = await deps.store.get(members, memberKey(organizationId, userId));
  if (found && found.removedAt === undefined) return found;
  if (found || deps.settings.tokens?.roleClaim === undefined) throw notFound('member', 'Check the user id.');
  const createdAt = deps.clock.now();
  return { organizationId, userId, role: 'member', version: 0, createdAt, outbox: [], revision: 0 };
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

/**
 * Removes a person from the organization (R54): whatever a token says, it is refused from now on. Services and auths of shared
 * workspaces go on; the personal workspace is handed to an admin, or kept for 30 days and then deleted. Rejects with 404
 * `member_not_found`, 409 `last_owner`, 422 `invalid_heir`, and 403 when the person is an owner and the caller is none.
 */
export const removeMember = async (deps: Deps, input: RemoveMemberInput): Promise<void> => {
  const { by, userId, handPersonalTo: handedTo, ifMatch } = input;
  const { organizationId } = by;
  const member = await leaving(deps, organizationId, userId);
  expectVersion(ifMatch, member.version);
  if (member.role === 'owner' && by.role !== 'owner')
    throw new AppError(403, 'forbidden', 'Only an owner removes owners.');
  await checkHeir(deps, input);
  if (member.role === 'owner') await discountOwner(deps, { organizationId, userId });
  const removed = newEvent(deps, MemberRemoved, {
    organizationId,
    data: { userId, handedTo: handedTo ?? null },
  });
  const gone = {
    ...member,
    removedAt: deps.clock.now(),
    handedTo,
    version: member.version + 1,
    outbox: [...member.outbox, removed],
  };
  const marked = await (member.version === 0
    ? deps.store.insert(members, gone)
    : deps.store.replace(members, gone));
  if (!marked) throw editedMeanwhile();
  await flush(deps, members, marked);
  await finishMemberRemoval(deps, { organizationId, userId });
};
