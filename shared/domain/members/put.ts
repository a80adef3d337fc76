import type * as z from 'zod';
import { AppError } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import type { Actor } from '../actor.ts';
import { keepPersonal } from '../workspaces/keep-personal.ts';
import { editedMeanwhile, expectVersion } from '../versions.ts';
import { memberKey, members, type Member, type MemberRole } from './member.ts';
import { countOwner, discountOwner } from './owners.ts';

interface PutMemberInput extends z.infer<typeof MemberRole> {
  readonly by: Pick<Actor, 'organizationId' | 'role'>;
  readonly userId: string;
  readonly ifMatch: string | undefined;
}

const written = async ({ store, clock }: Deps, { by, userId, role }: PutMemberInput, found?: Member) => {
  const { organizationId } = by;
  if (!found) {
    const createdAt = clock.now();
    return store.insert(members, {
      organizationId,
      userId,
      role,
      version: 1,
      createdAt,
      outbox: [],
      revision: 0,
    });
  }
  return store.replace(members, {
    ...found,
    role,
    removedAt: undefined,
    handedTo: undefined,
    version: found.version + 1,
  });
};

/**
 * Makes somebody a person of the organization with a role, or gives another role; who was removed is one again, and keeps the personal workspace if that is still there. Counts everywhere
 * within ten seconds. Only owners make and unmake owners (403), and the last of them stays (409 `last_owner`).
 */
export const putMember = async (deps: Deps, input: PutMemberInput): Promise<Member> => {
  const { by, userId, role, ifMatch } = input;
  const found = await deps.store.get(members, memberKey(by.organizationId, userId));
  const present = found?.removedAt === undefined ? found : undefined;
  expectVersion(ifMatch, present?.version ?? 0);
  const person = { organizationId: by.organizationId, userId };
  const wasOwner = present?.role === 'owner';
  if ((wasOwner || role === 'owner') && by.role !== 'owner')
    throw new AppError(403, 'forbidden', 'Only an owner makes and unmakes owners.');
  if (wasOwner && role !== 'owner') await discountOwner(deps, person);
  const member = present?.role === role ? present : await written(deps, input, found);
  if (!member) throw editedMeanwhile();
  if (found && !present) await keepPersonal(deps, person);
  if (role === 'owner') await countOwner(deps, person);
  return member;
};
