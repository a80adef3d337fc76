import type { Deps } from '../../ports.ts';
import { keys, keysOf } from '../keys/key.ts';
import { every } from '../paging.ts';
import { releaseExternalId } from './external-id.ts';
import { organizationKey, organizations } from '../workspaces/organization.ts';

/** Lets nobody into an organization any more: its keys go, its external id is free for another one, then itself goes. Again: nothing happens. */
export const closeOrganization = async ({ store }: Deps, organizationId: string): Promise<void> => {
  for await (const key of every(store, keys, keysOf(organizationId))) await store.remove(keys, key);
  for (;;) {
    const found = await store.get(organizations, organizationKey(organizationId));
    if (!found) return;
    // Before the organization, which alone tells of it.
    await releaseExternalId({ store }, found);
    if (await store.remove(organizations, found)) return;
  }
};
