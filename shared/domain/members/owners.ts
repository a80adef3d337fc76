import * as z from 'zod';
import { conflict, invalid } from '../../errors.ts';
import { OrganizationId } from '../../ids.ts';
import type { Collection, Deps, Key } from '../../ports.ts';
import { editedMeanwhile } from '../versions.ts';
import { memberKey, members } from './member.ts';
import { UserId } from './user-id.ts';

const mostOwners = 100;

const Owners = z.object({
  organizationId: OrganizationId,
  userIds: z.array(UserId).max(mostOwners),
  revision: z.int(),
});
type Owners = z.infer<typeof Owners>;

/** Where they stand. */
export const ownersKey = (organizationId: string): Key => ({
  partition: `ORG#${organizationId}`,
  sort: 'OWNERS',
});

/**
 * The owners among the people of an organization: the one item over which two that leave at once meet (ADR 0006, ADR 0033). Who
 * becomes an owner enters it last and who is none any more leaves it first, so that a crash counts too few, never too many.
 */
export const owners: Collection<Owners> = {
  name: 'owners',
  schema: Owners,
  place: (item) => ({ key: ownersKey(item.organizationId) }),
};

interface Person {
  readonly organizationId: string;
  readonly userId: string;
}

/** How often somebody who meets others at the list tries again. */
const tries = 5;

const rewrite = async (
  { store }: Pick<Deps, 'store'>,
  organizationId: string,
  next: (userIds: readonly string[]) => Promise<string[]> | string[],
): Promise<void> => {
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const found = await store.get(owners, ownersKey(organizationId));
    const item = { organizationId, revision: 0, ...found, userIds: await next(found?.userIds ?? []) };
    if (await (found ? store.replace(owners, item) : store.insert(owners, item))) return;
  }
  throw editedMeanwhile();
};

/** Counts a person whose record says owner. */
export const countOwner = (deps: Pick<Deps, 'store'>, { organizationId, userId }: Person): Promise<void> =>
  rewrite(deps, organizationId, (userIds) => {
    if (userIds.includes(userId)) return [...userIds];
    if (userIds.length < mostOwners) return [...userIds, userId];
    throw invalid('too_many_owners', `An organization has at most ${String(mostOwners)} owners.`);
  });

/** Whether any of these people is still an owner by its own record. */
const anyOwner = async (
  { store }: Pick<Deps, 'store'>,
  organizationId: string,
  userIds: readonly string[],
) => {
  for (const userId of userIds) {
    const found = await store.get(members, memberKey(organizationId, userId));
    if (found?.role === 'owner' && found.removedAt === undefined) return true;
  }
  return false;
};

/**
 * Counts a person no more, before the record says anything else than owner. Rejects with 409 `last_owner` when nobody would be left
 * to own the organization.
 */
export const discountOwner = (deps: Pick<Deps, 'store'>, { organizationId, userId }: Person): Promise<void> =>
  rewrite(deps, organizationId, async (userIds) => {
    const rest = userIds.filter((other) => other !== userId);
    if (await anyOwner(deps, organizationId, rest)) return rest;
    throw conflict('last_owner', 'This is the last owner of the organization. Make another one first.');
  });
