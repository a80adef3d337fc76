import type { Deps } from '../../ports.ts';
import type { AuthRef } from '../auths/amend.ts';
import { authKey, auths, authsWith, type Auth } from '../auths/auth.ts';
import { digest } from '../idempotency/record.ts';
import { every } from '../paging.ts';
import { amendUsage } from './amend-usage.ts';
import { findUmbrella } from './get.ts';
import { linksUnder, umbrellaLinks } from './link.ts';
import { recordAt } from './record.ts';
import { countedAuths, countedUsers, countedUsersUnder, countsOf, type Usage } from './usage.ts';

interface UmbrellaRef {
  readonly organizationId: string;
  readonly umbrellaId: string;
}

/** How an end user is known where people are counted. */
export const endUserHash = (organizationId: string, endUserId: string): string =>
  digest(organizationId, 'end_user', endUserId);

/**
 * What tells the people of an organization apart: the platform's own id of its end user, else the provider's name of the
 * account, else each auth is somebody. Hashed, since the name of an account is often an e-mail address.
 */
const userOf = ({ organizationId, id, endUserId, account }: Auth): string => {
  if (endUserId !== undefined) return endUserHash(organizationId, endUserId);
  return account === undefined
    ? digest(organizationId, 'auth', id)
    : digest(organizationId, 'account', account);
};

const countedAuth = (deps: Deps, { organizationId, authId, umbrellaId }: AuthRef & UmbrellaRef) =>
  deps.store.get(countedAuths, {
    partition: countsOf(organizationId, authId).partition,
    sort: `COUNTED#${umbrellaId}`,
  });

const countedUser = (deps: Deps, { organizationId, umbrellaId, user }: UmbrellaRef & { user: string }) =>
  deps.store.get(countedUsers, {
    partition: countedUsersUnder(organizationId, umbrellaId).partition,
    sort: `USER#${user}`,
  });

const numbered = ({ entry }: Usage): number => (entry?.number ?? 0) + 1;

/** What a mark has for a number: an auth that is about to be counted. */
const unnumbered = 0;

/** Counts the user of an auth that bears a mark, once. */
const countMarked = (deps: Deps, { authId, ...where }: AuthRef & UmbrellaRef): Promise<void> =>
  amendUsage(deps, where, async (usage) => {
    const counted = await countedAuth(deps, { ...where, authId });
    if (counted?.number !== unnumbered) return undefined;
    const { user } = counted;
    const known = await countedUser(deps, { ...where, user });
    const held = known?.auths ?? 0;
    return {
      ...usage,
      taken: usage.taken + (known ? 0 : 1),
      present: usage.present + (held === 0 ? 1 : 0),
      entry: { number: numbered(usage), authId, user, auths: held + 1, gone: false },
    };
  });

/** Counts the user of an auth under an umbrella, unless the auth was counted there before. */
const takePlace = async (deps: Deps, auth: Auth, umbrellaId: string): Promise<void> => {
  const where = { organizationId: auth.organizationId, umbrellaId, authId: auth.id };
  const mark = { ...where, user: userOf(auth), number: unnumbered, gone: false, revision: 0 };
  // First, so that a deletion finds the umbrella whenever the count may have been written.
  await deps.store.insert(countedAuths, mark);
  await countMarked(deps, where);
};

/** Notes that an auth is gone, in the counts of all umbrellas in which it stands. Who has no auth left is present no more. */
export const leavePlaces = async (deps: Deps, { organizationId, authId }: AuthRef): Promise<void> => {
  for await (const { umbrellaId } of every(deps.store, countedAuths, countsOf(organizationId, authId))) {
    const where = { organizationId, umbrellaId };
    await countMarked(deps, { ...where, authId });
    await amendUsage(deps, where, async (usage) => {
      const counted = await countedAuth(deps, { ...where, authId });
      if (!counted || counted.gone) return undefined;
      const { user } = counted;
      const left = ((await countedUser(deps, { ...where, user }))?.auths ?? 1) - 1;
      return {
        ...usage,
        present: usage.present - (left === 0 ? 1 : 0),
        entry: { number: numbered(usage), authId, user, auths: left, gone: true },
      };
    });
  }
};

const livingAuth = async (
  { store }: Deps,
  { organizationId, authId }: AuthRef,
): Promise<Auth | undefined> => {
  const auth = await store.get(auths, authKey(organizationId, authId));
  return auth?.state === 'deleting' ? undefined : auth;
};

/** The umbrella under which the person consented while the provider had not verified it; a cap is for these alone. */
const cappedUmbrella = async (deps: Deps, auth: Auth): Promise<string | undefined> => {
  if (!auth.atRisk) return undefined;
  const { umbrellaId } = auth.atRisk;
  const umbrella = await findUmbrella(deps, { organizationId: auth.organizationId, umbrellaId });
  // One that was connected under a verified application is at risk since that lost its status, and took no place.
  const record = umbrella && (await recordAt(deps, umbrella, auth.consentedAt));
  return record && record.status !== 'verified' ? umbrellaId : undefined;
};

/** Counts the user of an auth at risk, once. Told twice, or after the auth was deleted, it comes to the same. */
export const countUser = async (deps: Deps, ref: AuthRef): Promise<void> => {
  const auth = await livingAuth(deps, ref);
  const umbrellaId = auth && (await cappedUmbrella(deps, auth));
  if (auth && umbrellaId !== undefined) await takePlace(deps, auth, umbrellaId);
  // Deleted in the same moment: whoever noted that may have found nothing to note it on.
  if (!auth || (umbrellaId !== undefined && !(await livingAuth(deps, ref)))) await leavePlaces(deps, ref);
};

/** Holds the count of an umbrella against its cap, as both are now. */
export const judgeUsers = (deps: Deps, where: UmbrellaRef): Promise<void> =>
  amendUsage(deps, where, () => Promise.resolve(undefined));

/** The auths at risk under an umbrella, whichever of its services they were made with. */
async function* authsUnder(
  { store }: Deps,
  { organizationId, umbrellaId }: UmbrellaRef,
): AsyncGenerator<Auth> {
  const seen = new Set<string>();
  for await (const { serviceId } of every(store, umbrellaLinks, linksUnder(organizationId, umbrellaId))) {
    if (seen.has(serviceId)) continue;
    seen.add(serviceId);
    for await (const auth of every(store, auths, authsWith(organizationId, serviceId)))
      if (auth.atRisk?.umbrellaId === umbrellaId) yield auth;
  }
}

/** Counts all who have auths under an umbrella and are not counted yet: those of before people were counted. */
export const countAllUsers = async (deps: Deps, where: UmbrellaRef): Promise<void> => {
  const { organizationId } = where;
  for await (const { id: authId } of authsUnder(deps, where)) {
    const counted = await countedAuth(deps, { ...where, authId });
    if (!counted || counted.number === unnumbered) await countUser(deps, { organizationId, authId });
  }
  await judgeUsers(deps, where);
};
