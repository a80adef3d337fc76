import { notFound } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { membershipKey, memberships, type Membership } from './membership.ts';

export interface MembershipRef {
  readonly organizationId: string;
  readonly workspaceId: string;
  readonly userId: string;
}

/** A person's role in a workspace; 404 `member_not_found` for who has none. */
export const getMembership = async (
  { store }: Pick<Deps, 'store'>,
  { organizationId, workspaceId, userId }: MembershipRef,
): Promise<Membership> => {
  const found = await store.get(memberships, membershipKey(organizationId, workspaceId, userId));
  if (!found) throw notFound('member', 'Check the user id.');
  return found;
};
