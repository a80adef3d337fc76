import type { Collection, Deps, Stored } from '../../ports.ts';
import { keys, keysOf } from '../keys/key.ts';
import { members, everyMemberOf } from '../members/member.ts';
import { owners, ownersKey } from '../members/owners.ts';
import { every } from '../paging.ts';
import { importedRecords, importedRecordsOf } from '../services/legacy/record.ts';
import { deliveries } from '../subscriptions/delivery.ts';
import { digestWindows } from '../subscriptions/digest.ts';
import { signingSecretRef } from '../subscriptions/signing-secret.ts';
import { subscriptions, subscriptionsOf } from '../subscriptions/subscription.ts';
import { summaries, summaryKey } from '../summary/summary.ts';
import { umbrellaLinks } from '../umbrellas/link.ts';
import { verificationRecords } from '../umbrellas/record.ts';
import { umbrellas, umbrellasOf } from '../umbrellas/umbrella.ts';
import { countedUsers, usageKey, usages } from '../umbrellas/usage.ts';
import { claims, claimsOf } from '../workspaces/claim.ts';
import { partOf, type Part } from '../workspaces/part.ts';
import { historyPart } from './history-part.ts';

const clear = async <T extends Stored>(
  { store }: Deps,
  collection: Collection<T>,
  partition: string,
): Promise<void> => {
  for await (const item of every(store, collection, { index: 'own', partition }))
    await store.remove(collection, item);
};

/**
 * All that an organization has besides its workspaces, in the order in which it is destroyed: first what lets somebody in. A new
 * kind of item outside of workspaces is a line here; the test of the collections fails until there is one.
 */
export const organizationContents: readonly Part[] = [
  partOf({
    name: 'keys',
    collection: keys,
    at: ({ organizationId }) => keysOf(organizationId),
  }),
  partOf({
    name: 'members',
    collection: members,
    at: ({ organizationId }) => everyMemberOf(organizationId),
  }),
  partOf({
    name: 'owners',
    collection: owners,
    at: ({ organizationId }) => {
      const { partition, sort } = ownersKey(organizationId);
      return { index: 'own', partition, prefix: sort };
    },
  }),
  partOf({
    name: 'workspaceClaims',
    collection: claims,
    at: ({ organizationId }) => claimsOf(organizationId),
  }),
  partOf({
    name: 'legacyRecords',
    collection: importedRecords,
    at: ({ organizationId }) => importedRecordsOf(organizationId),
  }),
  partOf({
    name: 'subscriptions',
    collection: subscriptions,
    at: ({ organizationId }) => subscriptionsOf(organizationId),
    destroy: async (deps, subscription) => {
      const partition = `ORG#${subscription.organizationId}#SUB#${subscription.id}`;
      await clear(deps, deliveries, partition);
      await clear(deps, digestWindows, partition);
      await deps.vault.remove(signingSecretRef(subscription));
      if (subscription.mailTopic !== undefined) await deps.notices.closeMail(subscription.mailTopic);
      await deps.store.remove(subscriptions, subscription);
    },
  }),
  partOf({
    name: 'umbrellas',
    collection: umbrellas,
    at: ({ organizationId }) => umbrellasOf(organizationId),
    destroy: async (deps, umbrella) => {
      const { partition } = usageKey(umbrella.organizationId, umbrella.id);
      await clear(deps, countedUsers, partition);
      await clear(deps, verificationRecords, partition);
      await clear(deps, umbrellaLinks, partition);
      await clear(deps, usages, partition);
      await deps.store.remove(umbrellas, umbrella);
    },
  }),
  partOf({
    name: 'summaries',
    collection: summaries,
    at: ({ organizationId }) => ({ index: 'own', partition: summaryKey({ organizationId }).partition }),
  }),
  historyPart,
];
