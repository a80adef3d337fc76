import type * as z from 'zod';
import { conflict } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { drop } from '../drop.ts';
import { editedMeanwhile, expectVersion } from '../versions.ts';
import { getWorkspace } from '../workspaces/get.ts';
import { forgetRole } from './acting.ts';
import { memberKey, members } from './member.ts';
import { membershipKey, memberships, type Membership, type MembershipRole } from './membership.ts';

interface PutMembershipInput extends z.infer<typeof MembershipRole> {
  readonly organizationId: string;
  readonly workspaceId: string;
  readonly userId: string;
  readonly ifMatch: string | undefined;
}

const demandShared = async (deps: Deps, { organizationId, workspaceId }: PutMembershipInput) => {
  const { kind } = await getWorkspace(deps, { organizationId, workspaceId });
  if (kind === 'personal')
    throw conflict('personal_workspace', 'A personal workspace is one person’s: it takes no members.');
};

const isRemoved = async ({ store }: Deps, { organizationId, userId }: PutMembershipInput) =>
  (await store.get(members, memberKey(organizationId, userId)))?.removedAt !== undefined;

const memberRemoved = () =>
  conflict('member_removed', 'This person was removed from the organization. Put them there first.');

/**
 * Gives somebody a role in a workspace. The person need not be known to the organization yet: where the identity provider says who
 * is, there is no record before the first role. 409 in a personal workspace, and for who was removed.
 */
export const putMembership = async (deps: Deps, input: PutMembershipInput): Promise<Membership> => {
  const { organizationId, workspaceId, userId, role, ifMatch } = input;
  await demandShared(deps, input);
  if (await isRemoved(deps, input)) throw memberRemoved();
  const { store, clock } = deps;
  const key = membershipKey(organizationId, workspaceId, userId);
  const found = await store.get(memberships, key);
  expectVersion(ifMatch, found?.version ?? 0);
  if (found?.role === role) return found;
  const place = { organizationId, workspaceId, userId, role };
  const written = found
    ? await store.replace(memberships, { ...found, role, version: found.version + 1 })
    : await store.insert(memberships, { ...place, version: 1, createdAt: clock.now(), revision: 0 });
  if (!written) throw editedMeanwhile();
  // Whoever removes the person in this moment may have looked for roles before there was this one.
  if (await isRemoved(deps, input)) {
    await drop(deps, memberships, key);
    throw memberRemoved();
  }
  forgetRole(deps, organizationId, workspaceId, userId);
  return written;
};
