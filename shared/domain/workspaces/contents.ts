import { authsOf, credentialRef } from '../auths/auth.ts';
import { history, historyIn } from '../auths/history.ts';
import { remains } from '../auths/remains.ts';
import { destroyAuth } from '../auths/remove.ts';
import { connectors, connectorsOf } from '../connectors/connector.ts';
import { sessions, sessionsOf } from '../connect/session.ts';
import { endUserAuths, endUsersOf } from '../end-users/auth-link.ts';
import { forgetSession } from '../end-users/recent-session.ts';
import { finishForgetting } from '../end-users/finish-forgetting.ts';
import { forgettings, forgettingsOf } from '../end-users/forgetting.ts';
import { indexMarks, markKey } from '../end-users/index-auths.ts';
import { receipts, receiptKey, receiptsOf } from '../end-users/receipt.ts';
import { endUserSessions, endUserSessionsOf } from '../end-users/session.ts';
import { keys, keysOf } from '../keys/key.ts';
import { memberships, membersIn } from '../members/membership.ts';
import { destroyService } from '../services/destroy.ts';
import { services, servicesOf } from '../services/service.ts';
import { solutions, solutionsIn } from '../solutions/solution.ts';
import { summaries, summaryKey } from '../summary/summary.ts';
import { importRecords, importsOf } from '../transfers/import-record.ts';
import { countedAuths, countsOf } from '../umbrellas/usage.ts';
import { every } from '../paging.ts';
import { claims, claimsOf } from './claim.ts';
import { partOf, type Part } from './part.ts';

/**
 * All that stands in a workspace, in the order in which it is destroyed: who could make more of it first, auths while their
 * services can still tell how to revoke them, what is left behind by others last. A new kind of item with a workspace is a line here;
 * the test of the collections fails until there is one.
 */
export const contents: readonly Part[] = [
  partOf({
    name: 'keys',
    collection: keys,
    at: ({ organizationId }) => keysOf(organizationId),
    only: (key, { workspaceId }) => key.workspaceId === workspaceId,
  }),
  partOf({
    name: 'endUserSessions',
    collection: endUserSessions,
    at: ({ organizationId, workspaceId }) => endUserSessionsOf(organizationId, workspaceId),
    destroy: async (deps, session) => {
      await deps.store.remove(endUserSessions, session);
      forgetSession(deps, session);
    },
  }),
  partOf({
    name: 'members',
    collection: memberships,
    at: ({ organizationId, workspaceId }) => membersIn(organizationId, workspaceId),
  }),
  partOf({
    name: 'solutions',
    collection: solutions,
    at: ({ organizationId, workspaceId }) => solutionsIn(organizationId, workspaceId),
  }),
  partOf({
    name: 'connectors',
    collection: connectors,
    at: ({ organizationId, workspaceId }) => connectorsOf(organizationId, workspaceId),
  }),
  partOf({
    name: 'services',
    collection: services,
    at: ({ organizationId, workspaceId }) => servicesOf(organizationId, workspaceId),
    destroy: destroyService,
  }),
  partOf({
    name: 'auths',
    // Also those that cannot be read as auths any more.
    collection: remains,
    at: ({ organizationId, workspaceId }) => authsOf(organizationId, workspaceId),
    destroy: async (deps, { id: authId }, { organizationId, workspaceId }) => {
      if (authId !== undefined) await destroyAuth(deps, { organizationId, workspaceId, authId });
    },
  }),
  partOf({
    name: 'connectSessions',
    collection: sessions,
    at: ({ organizationId, workspaceId }) => sessionsOf(organizationId, workspaceId),
    destroy: async (deps, session) => {
      // What a try has obtained may lie there, for an auth that never was; of those that were, nothing does any more.
      if (session.attempt !== undefined)
        await deps.vault.remove(credentialRef({ ...session, id: session.authId }));
      await deps.store.remove(sessions, session);
    },
  }),
  partOf({
    name: 'imports',
    collection: importRecords,
    at: ({ organizationId, workspaceId }) => importsOf(organizationId, workspaceId),
  }),
  partOf({
    name: 'receipts',
    collection: receipts,
    at: ({ organizationId, workspaceId }) => receiptsOf(organizationId, workspaceId),
    destroy: async (deps, receipt) => {
      const { organizationId, workspaceId, id: receiptId } = receipt;
      // Who is being forgotten is forgotten in traces and history too, which stay: the receipt goes when that is done.
      await finishForgetting(deps, { organizationId, workspaceId, receiptId });
      const now = await deps.store.get(receipts, receiptKey(organizationId, workspaceId, receiptId));
      if (now && now.status !== 'under_way') await deps.store.remove(receipts, now);
    },
  }),
  partOf({
    name: 'forgettings',
    collection: forgettings,
    at: ({ organizationId, workspaceId }) => forgettingsOf(organizationId, workspaceId),
  }),
  partOf({
    name: 'endUserAuths',
    collection: endUserAuths,
    at: ({ organizationId, workspaceId }) => endUsersOf(organizationId, workspaceId),
  }),
  partOf({
    name: 'endUserIndex',
    collection: indexMarks,
    at: (place) => {
      const { partition, sort } = markKey(place);
      return { index: 'own', partition, prefix: sort };
    },
  }),
  partOf({
    name: 'claims',
    collection: claims,
    at: ({ organizationId }) => claimsOf(organizationId),
    only: (claim, { workspaceId }) => claim.workspaceId === workspaceId,
  }),
  partOf({
    name: 'summaries',
    collection: summaries,
    at: ({ organizationId, workspaceId }) => {
      const { partition, sort } = summaryKey({ organizationId, workspaceId });
      return { index: 'own', partition, prefix: sort };
    },
  }),
  partOf({
    name: 'historyEntries',
    collection: history,
    isCounted: false,
    at: ({ organizationId, workspaceId }) => historyIn(organizationId, workspaceId),
    destroy: async (deps, entry) => {
      const { organizationId, authId } = entry;
      // Before the entry, by which it is found. Who counts people under an umbrella is done with it by now.
      for await (const counted of every(deps.store, countedAuths, countsOf(organizationId, authId)))
        await deps.store.remove(countedAuths, counted);
      await deps.store.remove(history, entry);
    },
  }),
];
