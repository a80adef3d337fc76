import type { Deps } from '../../ports.ts';
import { every } from '../paging.ts';
import { forgetInUsage } from './amend-usage.ts';
import { endUserHash, leavePlaces } from './count-users.ts';
import { umbrellas, umbrellasOf } from './umbrella.ts';
import { countedAuths, countedUsers, countedUsersUnder, countsOf } from './usage.ts';

interface ForgottenUser {
  readonly organizationId: string;
  readonly endUserId: string;
  /** The auths that they had, which are gone. */
  readonly authIds: readonly string[];
}

/**
 * Removes what tells an end user from others in the counts of people under umbrellas. The counts stay, for the provider has counted
 * as well; who still has an auth under one, of another workspace, stays there. Again: nothing happens.
 */
export const forgetUser = async (
  deps: Deps,
  { organizationId, endUserId, authIds }: ForgottenUser,
): Promise<void> => {
  const { store } = deps;
  const user = endUserHash(organizationId, endUserId);
  for (const authId of authIds) await leavePlaces(deps, { organizationId, authId });
  for await (const { id: umbrellaId } of every(store, umbrellas, umbrellasOf(organizationId))) {
    const { partition } = countedUsersUnder(organizationId, umbrellaId);
    const counted = await store.get(countedUsers, { partition, sort: `USER#${user}` });
    if (!counted || counted.auths > 0) continue;
    await forgetInUsage(deps, { organizationId, umbrellaId }, { user, authIds });
    await store.remove(countedUsers, counted);
  }
  for (const authId of authIds)
    for await (const counted of every(store, countedAuths, countsOf(organizationId, authId)))
      await store.remove(countedAuths, counted);
};
