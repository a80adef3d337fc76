import type { Deps } from '../../ports.ts';
import { editedMeanwhile, expectVersion } from '../versions.ts';
import { forgetRole } from './acting.ts';
import { getMembership, type MembershipRef } from './get-in-workspace.ts';
import { memberships } from './membership.ts';

interface RemoveMembershipInput extends MembershipRef {
  readonly ifMatch: string | undefined;
}

/** Takes a person's role in a workspace. What they made there stays and goes on (R11); they are out within ten seconds. */
export const removeMembership = async (
  deps: Deps,
  { ifMatch, ...ref }: RemoveMembershipInput,
): Promise<void> => {
  const found = await getMembership(deps, ref);
  expectVersion(ifMatch, found.version);
  if (!(await deps.store.remove(memberships, found))) throw editedMeanwhile();
  forgetRole(deps, ref.organizationId, ref.workspaceId, ref.userId);
};
