import * as z from 'zod';
import { AppError } from '../../errors.ts';
import { organizationRoles, type OrganizationRole } from '../../permissions.ts';
import type { Deps } from '../../ports.ts';
import type { Actor } from '../actor.ts';
import { firstOrganization } from '../deployment/found.ts';
import { memory } from '../memory.ts';
import { memberKey, members, type Member } from '../members/member.ts';
import { UserId } from '../members/user-id.ts';
import { organizationMeant } from '../organization/external-id.ts';
import { claimOf } from './claim.ts';

type Claims = Readonly<Record<string, unknown>>;
type Tokens = NonNullable<Deps['settings']['tokens']>;

/** What is changed of a member or an organization counts everywhere after this long at the most. */
const soon = 10_000;
const knownMembers = memory<Member | undefined>(soon);
const knownOrganizations = memory<string | undefined>(soon);

/** The same for all reasons: who is no member is not told of which organizations there are. */
const notAMember = () =>
  new AppError(
    403,
    'not_a_member',
    'The token is good, but its bearer is no member of an organization here. An admin can make one of them (PUT /v1/members/{userId}).',
  );

const organizationFor = async (deps: Deps, claims: Claims, { organizationClaim }: Tokens) => {
  if (organizationClaim === undefined)
    return knownOrganizations.recall(deps, '', () => firstOrganization(deps));
  const told = z.string().min(1).max(300).safeParse(claimOf(claims, organizationClaim)).data;
  if (told === undefined) return undefined;
  return knownOrganizations.recall(deps, told, () => organizationMeant(deps, told));
};

/** The highest role among the words of a claim, which may be a text, or a list such as that of somebody's groups. */
const roleAmong = (told: unknown): OrganizationRole | undefined =>
  organizationRoles.findLast((role) => [told].flat().includes(role));

/**
 * Who the bearer of a good token is here: by the claims that the configuration names, and by what is stored of the member.
 * Undefined when the token names nobody. Rejects with 403 `not_a_member`; whoever was removed is refused whatever the token says (R54).
 */
export const personOf = async (deps: Deps, tokens: Tokens, claims: Claims): Promise<Actor | undefined> => {
  const { data: id } = UserId.safeParse(claimOf(claims, tokens.userClaim));
  if (id === undefined) return undefined;
  const organizationId = await organizationFor(deps, claims, tokens);
  if (organizationId === undefined) throw notAMember();
  const member = await knownMembers.recall(deps, `${organizationId}/${id}`, () =>
    deps.store.get(members, memberKey(organizationId, id)),
  );
  // The issuer is asked or we are, never both: a role taken away there must not live on here.
  const role = tokens.roleClaim === undefined ? member?.role : roleAmong(claimOf(claims, tokens.roleClaim));
  if (member?.removedAt !== undefined || role === undefined) throw notAMember();
  return { type: 'user', id, organizationId, role };
};
