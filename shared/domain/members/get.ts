import { notFound } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { memberKey, members, type Member } from './member.ts';

/** A person of an organization; 404 `member_not_found` for who never was one, or is one no more. */
export const getMember = async (
  { store }: Pick<Deps, 'store'>,
  { organizationId, userId }: { organizationId: string; userId: string },
): Promise<Member> => {
  const member = await store.get(members, memberKey(organizationId, userId));
  if (!member || member.removedAt !== undefined) throw notFound('member', 'Check the user id.');
  return member;
};
