import * as z from 'zod';

const Members = z.record(z.string(), z.unknown());

const member = (value: unknown, name: string): unknown => {
  const members = Members.safeParse(value).data;
  return members !== undefined && Object.hasOwn(members, name) ? members[name] : undefined;
};

/**
 * What a token says by the name of a claim. A name with dots is first the name of one claim, such as a URL, and else a way
 * through several: `realm_access.roles`. Undefined where there is none.
 */
export const claimOf = (claims: unknown, name: string): unknown =>
  member(claims, name) ?? name.split('.').reduce(member, claims);
