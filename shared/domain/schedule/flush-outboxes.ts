import type { Collection, Deps, Key } from '../../ports.ts';
import { auths } from '../auths/auth.ts';
import { breakers } from '../breaker/breaker.ts';
import { revocations } from '../auths/revocation.ts';
import { troubles } from '../auths/trouble.ts';
import { members } from '../members/member.ts';
import { organizationRemovals } from '../organization/removal.ts';
import { receipts } from '../end-users/receipt.ts';
import { flush, type WithOutbox } from '../outbox.ts';
import { services } from '../services/service.ts';
import { subscriptions } from '../subscriptions/subscription.ts';
import { summaries } from '../summary/summary.ts';
import { umbrellas } from '../umbrellas/umbrella.ts';
import { usages } from '../umbrellas/usage.ts';
import { removals } from '../workspaces/removal.ts';

const flusher =
  <T extends WithOutbox>(collection: Collection<T>) =>
  async (deps: Deps, key: Key): Promise<void> => {
    const item = await deps.store.get(collection, key);
    if (!item || (await flush(deps, collection, item)).outbox.length === 0) return;
    // Somebody else may have told them meanwhile.
    const [first] = item.outbox;
    const current = await deps.store.get(collection, key);
    if (current?.outbox.some(({ id }) => id === first?.id))
      throw new Error('The bus did not take the events of an outbox.');
  };

/** The collections whose items carry an outbox. */
const flushers: Readonly<Record<string, (deps: Deps, key: Key) => Promise<void>>> = {
  [auths.name]: flusher(auths),
  [breakers.name]: flusher(breakers),
  [revocations.name]: flusher(revocations),
  [troubles.name]: flusher(troubles),
  [services.name]: flusher(services),
  [receipts.name]: flusher(receipts),
  [subscriptions.name]: flusher(subscriptions),
  [summaries.name]: flusher(summaries),
  [umbrellas.name]: flusher(umbrellas),
  [usages.name]: flusher(usages),
  [members.name]: flusher(members),
  [removals.name]: flusher(removals),
  [organizationRemovals.name]: flusher(organizationRemovals),
};

/** Publishes what an item still carries; rejects when the bus does not take it, so that it is tried again. */
export const flushOutbox = async (deps: Deps, place: Key & { readonly collection: string }): Promise<void> =>
  flushers[place.collection]?.(deps, place);
